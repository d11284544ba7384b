/**
 * Every sentence that a person reads, one file an area below `en/`. A value is a string or a
 * function of its variables; another language is another folder of the same shape.
 * Exported by this name and not as a constant, and read as `messages.area`, never taken apart: so a page
 * is sent the files of its own areas only.
 */
export * as messages from './en';

/** Chooses a form by number, by the rules of the catalogue's language. */
export { plural } from './plural';
