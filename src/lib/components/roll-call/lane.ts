/** Does something that takes an item out of its lane; the focus then goes to what moved up. */
export type Act = (work: () => void) => void;
