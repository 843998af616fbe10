/** Every program model there is. */
import type { Software } from './pc/pc.ts';
import { programs } from './programs/index.ts';
import { webdriverSession } from './programs/webdriver.ts';

export const software: Software = { programs, webdriver: webdriverSession };
