import * as v from 'valibot';
import type { Ack, AckCallback } from '$lib/contract/ack';
import { EVENT_SCHEMAS, type ClientToServerEvents } from '$lib/contract/events';
import { messages } from '$lib/messages';
import { AppError } from '../errors';
import {
	pageOrigin,
	rooms,
	type Actor,
	type Operation,
	type RealtimeDeps,
	type RealtimeSocket,
} from './wire';

type Event = keyof ClientToServerEvents;
type EventWithPayload = keyof typeof EVENT_SCHEMAS;
type Payload<E extends EventWithPayload> = v.InferOutput<(typeof EVENT_SCHEMAS)[E]>;
type Answer<E extends Event> =
	Parameters<ClientToServerEvents[E]> extends
		[unknown, AckCallback<infer A>] | [AckCallback<infer A>]
		? A
		: never;

/** What a display's socket shows. */
interface Display {
	displayToken: string;
	rollCallId: string;
}

/** An event's handling: who may, and what it does with a payload that nobody has checked yet. */
export interface Handler {
	operation: Operation;
	act: (socket: RealtimeSocket, payload: unknown) => Promise<unknown>;
}

export type Handlers = Record<Event, Handler>;

/** Every event that a client can send. An event that is not here does nothing. */
export function createHandlers(deps: RealtimeDeps): Handlers {
	const {
		rollCalls,
		displays,
		recognition,
		explanations,
		enrolment,
		ownEnrolment,
		checkIns,
		devices,
		passkeys,
	} = deps;
	const originOf = ({ request }: RealtimeSocket) => pageOrigin(request, deps.config);
	return {
		'rollCall:join': forPerson('rollCall:join', 'viewRollCall', async (actor, join, socket) => {
			await rollCalls.require(actor, join.rollCallId);
			// Before the roster is read: a change in between comes twice rather than never.
			await socket.join(rooms.staff(join.rollCallId));
			socket.data.following.add(join.rollCallId);
			if (join.deviceId !== undefined) {
				await recognition.joined(actor, join.rollCallId, join.deviceId);
			}
			const roster = await rollCalls.roster(actor, join.rollCallId);
			return { roster, serverTime: Date.now() };
		}),
		'rollCall:catchUp': forPerson('rollCall:catchUp', 'viewRollCall', (actor, catchUp) =>
			rollCalls.changesSince(actor, catchUp),
		),
		'rollCall:sightings': forPerson(
			'rollCall:sightings',
			'sendSightings',
			async (actor, batch) => ({ decisions: await recognition.observe(actor, batch) }),
		),
		'rollCall:lateSightings': forPerson(
			'rollCall:lateSightings',
			'sendSightings',
			async (actor, batch) => ({ decisions: await recognition.observeLate(actor, batch) }),
		),
		'rollCall:mark': forPerson('rollCall:mark', 'mark', (actor, request) =>
			rollCalls.mark(actor, request),
		),
		'rollCall:markRest': forPerson('rollCall:markRest', 'mark', (actor, rest) =>
			rollCalls.markRest(actor, rest),
		),
		'rollCall:undoRest': forPerson('rollCall:undoRest', 'mark', (actor, undo) =>
			rollCalls.undoRest(actor, undo),
		),
		'rollCall:history': forPerson('rollCall:history', 'viewRollCall', async (actor, request) => ({
			history: await rollCalls.history(actor, request),
		})),
		'rollCall:answerDoubt': forPerson('rollCall:answerDoubt', 'answerDoubt', (actor, answer) =>
			rollCalls.answerDoubt(actor, answer),
		),
		'rollCall:reopenDoubt': forPerson('rollCall:reopenDoubt', 'answerDoubt', (actor, reopen) =>
			rollCalls.reopenDoubt(actor, reopen),
		),
		'rollCall:explain': forPerson('rollCall:explain', 'viewRollCall', async (actor, explain) => ({
			explanations: await explanations.about(actor, explain),
		})),
		'rollCall:close': forPerson('rollCall:close', 'closeRollCall', (actor, { rollCallId }) =>
			rollCalls.close(actor, rollCallId),
		),
		'rollCall:refusedCheckIns': forPerson(
			'rollCall:refusedCheckIns',
			'viewRollCall',
			async (actor, { rollCallId }) => ({ refused: await checkIns.refused(actor, rollCallId) }),
		),
		'checkIn:open': forPerson('checkIn:open', 'checkIn', async (actor) => ({
			rollCalls: await checkIns.open(actor),
		})),
		'checkIn:begin': forPerson('checkIn:begin', 'checkIn', (actor, begin, socket) =>
			checkIns.begin(actor, begin, originOf(socket)),
		),
		'checkIn:submit': forPerson('checkIn:submit', 'checkIn', (actor, submission) =>
			checkIns.submit(actor, submission),
		),
		'checkIn:registerDevice': forPerson(
			'checkIn:registerDevice',
			'checkIn',
			(actor, device, socket) => devices.register(actor, device, originOf(socket)),
		),
		'checkIn:beginPasskey': forPerson('checkIn:beginPasskey', 'checkIn', (actor, begin, socket) =>
			passkeys.begin(actor, begin, originOf(socket)),
		),
		'checkIn:registerPasskey': forPerson(
			'checkIn:registerPasskey',
			'checkIn',
			(actor, passkey, socket) => passkeys.register(actor, passkey, originOf(socket)),
		),
		'enrolment:submit': forPerson('enrolment:submit', 'enrol', (actor, captured) =>
			enrolment.submit(actor, captured),
		),
		'enrolment:submitOwn': forPerson('enrolment:submitOwn', 'enrolSelf', (actor, captured) =>
			ownEnrolment.submit(actor, captured),
		),
		'display:join': {
			operation: 'viewDisplay',
			act: async (socket): Promise<Answer<'display:join'>> => {
				const { displayToken, rollCallId } = requireDisplay(socket);
				await socket.join(rooms.display(rollCallId));
				return { roster: await displays.roster(displayToken), serverTime: Date.now() };
			},
		},
		'display:code': {
			operation: 'viewDisplay',
			act: (socket): Promise<Answer<'display:code'>> =>
				displays.code(requireDisplay(socket).displayToken),
		},
		'display:catchUp': {
			operation: 'viewDisplay',
			act: (socket, payload): Promise<Answer<'display:catchUp'>> => {
				const { displayToken } = requireDisplay(socket);
				const { sinceVersion } = parse('display:catchUp', payload);
				return displays.changesSince(displayToken, sinceVersion);
			},
		},
	};
}

function forPerson<E extends EventWithPayload>(
	event: E,
	operation: Operation,
	act: (actor: Actor, payload: Payload<E>, socket: RealtimeSocket) => Promise<Answer<E>>,
): Handler {
	return {
		operation,
		act: async (socket, payload) => act(requireActor(socket), parse(event, payload), socket),
	};
}

/** @throws AppError 'invalid' */
function parse<E extends EventWithPayload>(event: E, payload: unknown): Payload<E> {
	const schema: v.GenericSchema<unknown, Payload<E>> = EVENT_SCHEMAS[event];
	const parsed = v.safeParse(schema, payload);
	if (!parsed.success) throw new AppError('invalid', messages.errors.invalid);
	return parsed.output;
}

/** @throws AppError 'forbidden' for a display */
function requireActor({ data: { viewer } }: RealtimeSocket): Actor {
	if (viewer.kind === 'person') return viewer.actor;
	throw new AppError('forbidden', messages.errors.forbidden);
}

/** @throws AppError 'forbidden' for a person: their pages have more than displays get */
function requireDisplay({ data: { viewer } }: RealtimeSocket): Display {
	if (viewer.kind === 'display') return viewer;
	throw new AppError('forbidden', messages.errors.forbidden);
}

/** The last argument of an event, where it is a callback: a client may have sent none. */
export function splitArguments(args: readonly unknown[]): {
	payload: unknown;
	ack: (answer: Ack<unknown>) => void;
} {
	const last = args.at(-1);
	return {
		payload: typeof args[0] === 'function' ? undefined : args[0],
		ack: (answer) => {
			if (typeof last === 'function') Reflect.apply(last, undefined, [answer]);
		},
	};
}
