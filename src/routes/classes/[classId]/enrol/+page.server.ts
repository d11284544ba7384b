import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { waitsForStaff } from '$lib/contract/classes';
import { requireActor, served } from '$lib/server/guard';
import type { PageServerLoad } from './$types';

/** Walks through the class: `?after=<student>` goes on to the next one who waits to be enrolled. */
export const load: PageServerLoad = async (event) => {
	const actor = requireActor(event, 'enrol');
	const { classId } = event.params;
	const { members } = await served(event.locals.container.classes.detail(actor, classId));
	const isWaiting = members.map(waitsForStaff);
	const after = members.findIndex(
		({ studentId }) => studentId === event.url.searchParams.get('after'),
	);
	const next = members.find((_, place) => place > after && isWaiting[place]);
	if (next === undefined) return { waiting: isWaiting.filter(Boolean).length };
	const { studentId } = next;
	redirect(303, `${resolve('/classes/[classId]/enrol/[studentId]', { classId, studentId })}?burst`);
};
