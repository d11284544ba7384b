// Protects the last row of a classroom: over photos of groups, tiles find far more faces than the
// whole frame alone, and the mesh network confirms far more, so the rest are not false alarms only.
import { expect, test } from 'playwright/test';
import { groupPhotos } from '../helpers/face-data';
import { startHarness } from './harness/server';

test('tiles find the small faces of groups', async ({ page }) => {
	test.skip(groupPhotos.length === 0, 'needs the groups of FACE_DATA, or of shared/data');
	const harness = await startHarness();
	await page.goto(harness.url);
	await page.waitForFunction(() => 'harness' in window);
	const total = { door: { found: 0, confirmed: 0 }, classroom: { found: 0, confirmed: 0 } };
	for (const name of groupPhotos) {
		for (const mode of ['door', 'classroom'] as const) {
			const { found, confirmed } = await page.evaluate(
				([address, m]) => window.harness.count(address, m),
				[`/groups/${name}`, mode] as const,
			);
			total[mode].found += found;
			total[mode].confirmed += confirmed;
		}
	}
	console.log(`Faces in ${groupPhotos.length} photos of groups: ${JSON.stringify(total)}`);
	expect(total.classroom.found).toBeGreaterThanOrEqual(700);
	expect(total.classroom.confirmed).toBeGreaterThan(1.5 * total.door.confirmed);
	await harness.close();
});
