/** Every program model there is. */
export { software } from './programs/index.ts';
