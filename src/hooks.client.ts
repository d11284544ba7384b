import { keepInstallOffer } from '$lib/client/app/install.svelte';

keepInstallOffer();
