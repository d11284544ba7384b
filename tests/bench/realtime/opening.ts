import { median } from 'simple-statistics';
import * as references from '../../../src/lib/server/db/references.repository';
import { createLog } from '../../../src/lib/server/log';
import { packGallery } from '../../../src/lib/server/matching/packed-gallery';
import { createGalleries } from '../../../src/lib/server/services/gallery';
import { createPerson } from '../../helpers/vectors';
import { makeClass, type School } from './school';

const SIZE = { members: 200, references: 5 };
const TIMES = 9;

export interface Opening {
	members: number;
	references: number;
	/** From the question to the database to the first match, median. */
	ms: number;
}

/** Reads, opens and packs a large class's references, and looks for one face, cold every time. */
export async function measureOpening(school: School): Promise<Opening> {
	const { classId } = await makeClass(school, SIZE);
	const probe = createPerson(1).capture();
	const times: number[] = [];
	for (let i = 0; i < TIMES; i++) {
		const galleries = createGalleries({
			db: school.database.db,
			references,
			vault: school.vault,
			packGallery,
			log: createLog('silent'),
		});
		const start = performance.now();
		const { gallery } = await galleries.ofClass(classId, school.engine);
		const [standing] = gallery.search([probe], 1);
		times.push(performance.now() - start);
		if ((standing?.length ?? 0) < 2) throw new Error('nobody was found');
		galleries.dispose();
	}
	return { ...SIZE, ms: median(times) };
}
