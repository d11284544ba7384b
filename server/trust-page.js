import { createHash } from 'node:crypto';
import { renderSVG } from 'uqr';
import { messages } from './messages.js';

const text = messages.trust;

/** The colours are those of src/app.css. */
const STYLE = `
:root { color-scheme: light dark; --canvas: #f8fafb; --surface: #fff; --line: #dce3ea; --ink: #101b29;
	--soft: #4a5868; --accent: #0b6470; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --canvas: #0d1520; --surface: #141e2c; --line: #293748;
	--ink: #f1f5f9; --soft: #aab7c7; --accent: #62c9d4; --on-accent: #06252a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 42rem; background: var(--canvas);
	color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
h1 { font-size: 1.75rem; line-height: 2.25rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; }
section { margin-top: 1.25rem; padding: 1.25rem; background: var(--surface);
	border: 1px solid var(--line); border-radius: .75rem; }
footer { margin-top: 1.25rem; }
section > :last-child { margin-bottom: 0; }
.lead, .soft { color: var(--soft); }
svg { display: block; width: 11rem; height: 11rem; margin: 0 0 .75rem; border-radius: .5rem; }
a { color: var(--accent); overflow-wrap: anywhere; }
.button { display: inline-flex; align-items: center; min-height: 3rem; padding: 0 1.25rem;
	background: var(--accent); color: var(--on-accent); border-radius: .75rem; font-weight: 600;
	text-decoration: none; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { font: .875rem/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
summary { display: flex; align-items: center; min-height: 3rem; cursor: pointer; font-weight: 600; }
summary::before { content: '›'; width: 1.25rem; color: var(--soft); }
details[open] summary::before { content: '⌄'; }
details + p { margin-top: .75rem; }
details + details { border-top: 1px solid var(--line); }
ol, ul { margin: 0 0 .75rem; padding-left: 1.5rem; }
`;

/** The page runs nothing and loads nothing. */
export const TRUST_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256')
	.update(STYLE)
	.digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * @typedef {object} TrustPageFacts
 * @property {string} here address of this page, plain http
 * @property {string[]} app addresses of FaceTrack, the one for the code first
 * @property {string} name what devices call the authority
 * @property {string} fingerprint
 */

/**
 * The page on which a device learns to trust this server. Without script, so that any browser shows
 * it.
 *
 * @param {TrustPageFacts} facts
 * @returns {string} HTML
 */
export function trustPage({ here, app: [app = '', ...others], name, fingerprint }) {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text.title}</h1>
<p class="lead">${text.lead}</p>
${section(1, text.open, `<p>${text.openHow}</p>${codeOf(here)}`)}
${section(
	2,
	text.download,
	`<p><a class="button" href="/ca.crt">${text.downloadLink}</a></p>
<p>${text.compare}</p>
<p><code>${fingerprint.replaceAll(':', ':<wbr>')}</code></p>`,
)}
${section(3, text.trust, `${text.guides.map(guide).join('\n')}<p class="soft">${text.managed}</p>`)}
${section(4, text.app, `<p>${text.appHow}</p>${codeOf(app)}${otherAddresses(others)}`)}
</main>
<footer><p class="soft">${escape(text.takeBack(name))}</p></footer>
</body>
</html>
`;
}

/** @param {number} number @param {string} heading @param {string} content */
const section = (number, heading, content) =>
	`<section><h2>${number}. ${heading}</h2>${content}</section>`;

/** @param {{ device: string, steps: string[] }} guide */
const guide = ({ device, steps }) =>
	`<details><summary>${device}</summary><ol>${steps
		.map((step) => `<li>${escape(step)}</li>`)
		.join('')}</ol></details>`;

/** @param {string} address */
function codeOf(address) {
	// Dark on light in both themes, with the free margin of four modules that the standard asks for.
	const code = renderSVG(address, { ecc: 'M', border: 4 });
	const hidden = code.replace('<svg', '<svg aria-hidden="true"');
	return `${hidden}<p>${link(address)}</p>`;
}

/** @param {string[]} addresses */
const otherAddresses = (addresses) =>
	addresses.length === 0
		? ''
		: `<p class="soft">${text.others}</p><ul>${addresses.map((one) => `<li>${link(one)}</li>`).join('')}</ul>`;

/** @param {string} address */
const link = (address) => `<a href="${escape(address)}">${escape(address)}</a>`;

/** @param {string} value */
const escape = (value) =>
	value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
