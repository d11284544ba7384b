/**
 * Protects a phone's first visit: what is fetched in advance is what every page needs, and neither
 * the pages themselves nor what the camera needs.
 */
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { BuildManifestSchema, shellFiles } from './shell';

const MANIFEST = v.parse(BuildManifestSchema, {
	'start.js': { file: 'start.1.js', imports: ['_kit.js'] },
	'app.js': { file: 'app.1.js', imports: ['_kit.js'], dynamicImports: ['page.js'] },
	'layout.js': { file: 'layout.1.js', imports: ['_kit.js', '_icons.js'], css: ['layout.1.css'] },
	'page.js': { file: 'page.1.js', imports: ['_kit.js', '_chart.js'] },
	'_kit.js': { file: 'kit.1.js', imports: ['_icons.js'] },
	'_icons.js': { file: 'icons.1.js', imports: ['_kit.js'] },
	'_chart.js': { file: 'chart.1.js' },
});

describe('shellFiles', () => {
	it('has what its entries import, at any depth and in a circle, and their styles', () => {
		expect([...shellFiles(MANIFEST, ['start.js', 'layout.js'])].sort()).toEqual([
			'icons.1.js',
			'kit.1.js',
			'layout.1.css',
			'layout.1.js',
			'start.1.js',
		]);
	});

	it('leaves out what is loaded later', () => {
		expect(shellFiles(MANIFEST, ['app.js'])).not.toContain('page.1.js');
	});

	it('stops the build when a source is gone', () => {
		expect(() => shellFiles(MANIFEST, ['moved.js'])).toThrow('The build has no moved.js.');
	});
});
