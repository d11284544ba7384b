import { toView, type Box } from '$lib/client/camera/overlay';
import type { FrameResult } from '$lib/client/face/face-client';
import { shortName } from '$lib/contract/names';
import type { TrackBoard, TrackNote } from '$lib/client/roll-call/track-board';
import { messages } from '$lib/messages';

/** How one face is drawn. */
export interface FaceLabel {
	text: string;
	tone: 'recognised' | 'visitor' | 'doubtful' | 'unknown' | 'pending';
}

/** What stands at a face: the name when it is decided, else what the person can do. */
export function labelOf(note: TrackNote | undefined): FaceLabel {
	const { face } = messages.rollCall;
	const decision = note?.decision ?? null;
	if (decision?.lane === 'recognised' && decision.student !== null) {
		return { text: shortName(decision.student.name), tone: 'recognised' };
	}
	if (decision?.lane === 'visitor' && decision.visitor !== null) {
		return { text: face.visitor(shortName(decision.visitor.name)), tone: 'visitor' };
	}
	if (decision?.lane === 'doubtful') return { text: face.doubtful, tone: 'doubtful' };
	if (decision?.lane === 'unknown') return { text: face.unknown, tone: 'unknown' };
	const refusal = note?.refusal ?? null;
	return { text: refusal === null ? face.pending : face.hint[refusal], tone: 'pending' };
}

/** The tokens of app.css that each tone is drawn with. */
const TOKEN_OF_TONE: Record<FaceLabel['tone'], string> = {
	recognised: '--color-green',
	visitor: '--color-ink',
	doubtful: '--color-amber',
	unknown: '--color-slate',
	pending: '--color-ink',
};

/** Names are legible from two metres: px of the label's text, by the width of the view. */
function fontSize(viewWidth: number): number {
	return Math.min(28, Math.max(16, viewWidth / 32));
}

export interface Picture {
	frame: FrameResult;
	board: TrackBoard;
	mirrored: boolean;
}

/** Draws boxes and labels over the picture, in CSS px of the canvas. */
export function drawFaces(canvas: HTMLCanvasElement, picture: Picture | null): void {
	const context = canvas.getContext('2d');
	if (context === null) return;
	const view = fitToScreen(canvas, context);
	context.clearRect(0, 0, view.width, view.height);
	if (picture === null) return;
	const style = getComputedStyle(canvas);
	const nameSize = fontSize(view.width);
	for (const face of picture.frame.faces) {
		const label = labelOf(picture.board.get(face.trackId));
		const box = toView(face.box, picture.frame, view, picture.mirrored);
		const color = style.getPropertyValue(TOKEN_OF_TONE[label.tone]);
		// A name is read from afar; what one can do is read by who stands in front.
		const size = label.tone === 'recognised' ? nameSize : nameSize * 0.75;
		context.font = `600 ${size}px ${style.fontFamily}`;
		drawBox(context, box, color, label.tone);
		drawLabel(context, box, label, {
			color,
			ground: style.getPropertyValue('--color-canvas'),
			size,
			viewWidth: view.width,
		});
	}
}

/** Gives the canvas the pixels of its place on the screen. */
function fitToScreen(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
	const { clientWidth: width, clientHeight: height } = canvas;
	const ratio = devicePixelRatio;
	if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
	if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
	context.setTransform(ratio, 0, 0, ratio, 0, 0);
	return { width, height };
}

function drawBox(
	context: CanvasRenderingContext2D,
	box: Box,
	color: string,
	tone: FaceLabel['tone'],
): void {
	context.strokeStyle = color;
	context.lineWidth = tone === 'recognised' ? 4 : 2.5;
	// Not by colour alone: what is not decided is not a whole line.
	context.setLineDash(tone === 'recognised' || tone === 'visitor' ? [] : [10, 8]);
	context.beginPath();
	context.roundRect(box.x, box.y, box.width, box.height, 12);
	context.stroke();
	context.setLineDash([]);
}

interface LabelStyle {
	color: string;
	ground: string;
	/** px of the text. */
	size: number;
	viewWidth: number;
}

function drawLabel(
	context: CanvasRenderingContext2D,
	box: Box,
	{ text, tone }: FaceLabel,
	{ color, ground, size, viewWidth }: LabelStyle,
): void {
	const shown = tone === 'recognised' ? `✓ ${text}` : text;
	const width = context.measureText(shown).width + size;
	const height = size * 1.6;
	const x = Math.min(Math.max(0, box.x + box.width / 2 - width / 2), viewWidth - width);
	// Below the chin; above the head where the picture ends.
	const below = box.y + box.height + 6;
	const y = below + height > context.canvas.clientHeight ? box.y - height - 6 : below;
	context.globalAlpha = 0.88;
	context.fillStyle = ground;
	context.beginPath();
	context.roundRect(x, y, width, height, 8);
	context.fill();
	context.globalAlpha = 1;
	context.fillStyle = color;
	context.textBaseline = 'middle';
	context.fillText(shown, x + size / 2, y + height / 2);
}
