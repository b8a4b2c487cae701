/** Where a subuser's email is handled. */
export const REGIONS = ['global', 'eu'] as const;
export type Region = (typeof REGIONS)[number];
