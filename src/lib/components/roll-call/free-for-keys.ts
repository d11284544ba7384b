/** Where a letter is text. */
const TYPING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
/** What lies over the page and has keys of its own. */
const OVER_THE_PAGE = '[role="dialog"], [role="alertdialog"], [role="menu"]';

/** Whether a key is the page's: nobody types, nothing lies over the page, and nobody took it yet. */
export function isFreeForKeys({ target, defaultPrevented }: KeyboardEvent): boolean {
	if (defaultPrevented || document.querySelector(OVER_THE_PAGE) !== null) return false;
	return !(target instanceof Element && target.matches(TYPING));
}
