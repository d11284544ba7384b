import { messages } from '$lib/messages';
import { mayDo, type Actor, type Operation } from '../domain/access';
import { AppError } from '../errors';

/**
 * The services' own look at the access table. Routes and socket events have looked before; one that
 * forgot must not open a door.
 *
 * @throws AppError 'forbidden'
 */
export function authorise(actor: Actor, operation: Operation): void {
	if (!mayDo(actor, operation)) throw new AppError('forbidden', messages.errors.forbidden);
}
