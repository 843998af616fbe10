/** Where the exam site's certification authority is on the controller, and by what it is known. */
import path from 'node:path';
import type { Home } from '../core/home.ts';

/** O of every such authority: by this a PC knows those that are no longer in use. */
export const caOrganisation = 'examsite';

/** Folder 0700, files 0600: `ca.pem`, and for each inspected host its certificate with its private key. */
export const inspectionFolder = (home: Home): string => path.join(home.keys, 'inspection');

export const caFile = (folder: string): string => path.join(folder, 'ca.pem');

/** File name of a host's certificate and key: `exam.example.cn.pem`, `_.cdn.example.cn.pem`. */
export const leafName = (host: string): string => `${host.replace(/^\*/, '_')}.pem`;

/** The host of such a file name. */
export const hostOf = (name: string): string => name.replace(/^_\./, '*.').replace(/\.pem$/, '');
