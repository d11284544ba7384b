/** Protects the only likeness of a person in the product: initials are right in any script. */
import { expect, it } from 'vitest';
import { initials } from './initials';

it.each([
	['Amina Eze', 'AE'],
	['amina eze', 'AE'],
	['Jo', 'J'],
	['Maria del Carmen Ruiz', 'MR'],
	['Adeyemi, Tolu', 'AT'],
	['Élodie Ñandú', 'ÉÑ'],
	// A letter with a combining mark is one grapheme.
	['E\u0301lodie Roy', 'E\u0301R'],
	['王 小明', '王小'],
	['(Bo) Lind', 'BL'],
	['Ana -', 'A'],
	['  ', ''],
])('%s gives %s', (name, expected) => {
	expect(initials(name)).toBe(expected);
});
