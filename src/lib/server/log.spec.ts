// Protects: no cookie, token, password, key or face vector ever reaches the log.
import { describe, expect, it } from 'vitest';
import { createLog } from './log';

function logged(entry: object): string {
	let line = '';
	createLog('info', { write: (text) => void (line += text) }).info(entry, 'said');
	return line;
}

describe('createLog', () => {
	it.each(['cookie', 'set-cookie', 'authorization', 'password', 'token', 'vector', 'key'])(
		'hides %s at any depth that we log',
		(name) => {
			for (const entry of [
				{ [name]: 'S3CRET' },
				{ request: { [name]: 'S3CRET' } },
				{ request: { headers: { [name]: 'S3CRET' } } },
			]) {
				expect(logged(entry)).not.toContain('S3CRET');
				expect(logged(entry)).toContain('[secret]');
			}
		},
	);

	it('keeps the rest', () => {
		expect(JSON.parse(logged({ rollCall: 'r1' }))).toMatchObject({ rollCall: 'r1', msg: 'said' });
	});
});
