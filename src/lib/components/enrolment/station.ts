import { createContext } from 'svelte';
import type { EnrolmentStation } from '$lib/client/enrolment/enrolment-station.svelte';

/**
 * The station that all enrolment pages of a class share, so that camera and models stay warm from
 * one name to the next; null where no models are prepared. Set by the layout of these pages.
 */
export const [getStation, setStation] = createContext<EnrolmentStation | null>();
