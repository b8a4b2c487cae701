import type { Offering } from '../../emulator';

/** Offerings of the emulator's catalog that tests change. */
export const ESSENTIALS: Offering = {
	name: 'demo.ei.essentials-50k.v1',
	type: 'package',
	quantity: 1,
};
export const MARKETING: Offering = {
	name: 'demo.x.marketing-campaigns.v1',
	type: 'addon',
	quantity: 1,
};
export const ips = (quantity: number): Offering => ({
	name: 'demo.x.ip.v1',
	type: 'addon',
	quantity,
});
