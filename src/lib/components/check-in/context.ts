import { createContext } from 'svelte';
import type { CheckInSession } from '$lib/client/check-in/check-in-session.svelte';

/** The check-in of the page; set by CheckInView. */
export const [getCheckIn, setCheckIn] = createContext<CheckInSession>();
