/** AssemblyScript, compiled by vite/matching-kernel.js. */
declare module '*.as.ts?wasm' {
	/** The WebAssembly module. */
	const base64: string;
	export default base64;
}
