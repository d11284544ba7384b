/**
 * A fetch that tells how much of a file has come.
 *
 * @param onFraction told 0..1 with every piece of a file whose length the server says
 */
export function countedFetch(onFraction: (fraction: number) => void): typeof fetch {
	return async (input, init) => {
		const response = await fetch(input, init);
		const length = Number(response.headers.get('content-length'));
		if (response.body === null || !(length > 0)) return response;
		let received = 0;
		const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
			transform(piece, controller) {
				received += piece.byteLength;
				onFraction(Math.min(1, received / length));
				controller.enqueue(piece);
			},
		});
		const { status, headers } = response;
		return new Response(response.body.pipeThrough(counting), { status, headers });
	};
}
