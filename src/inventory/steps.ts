import type { Room, Seat, Site, SiteStep } from './schema.ts';

/** The site's own steps that a PC gets, in their order: those of the site, then those of its room. */
export const stepsOf = (site: Site, room: Room, { level }: Pick<Seat, 'level'>): SiteStep[] =>
  [...site.steps, ...room.steps].filter((step) => step.level === undefined || step.level === level);
