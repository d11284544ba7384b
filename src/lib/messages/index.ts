import * as catalogue from './en';

/**
 * Every sentence that a person reads, one file an area below `en/`. A value is a string or a
 * function of its variables; another language is another folder of the same shape.
 */
export const messages = catalogue;

/** Chooses a form by number, by the rules of the catalogue's language. */
export { plural } from './plural';
