/** How the installer of a product is simulated: one entry a product, by its name in the depot. */
import { anacondaInstaller } from './anaconda.ts';
import { chromedriverExe, chromeMsi } from './chrome.ts';
import { mongoMsi, mysqlZip, redisZip } from './databases.ts';
import { navicatInstaller, pycharmInstaller, sevenZipInstaller, zip360Installer } from './desktop.ts';
import { seal } from './format.ts';
import { pythonInstaller, vcRedist } from './python.ts';
import { zip } from './zip.ts';

export interface Made {
  /** File name, as its vendor calls it. */
  readonly file: string;
  readonly content: Buffer;
}

/** The same version gives the same bytes. */
export const makers: Readonly<Record<string, (version: string) => Made>> = {
  chrome: (version) => ({
    file: `GoogleChromeStandaloneEnterprise64-${version}.msi`,
    content: seal(chromeMsi(version)),
  }),
  chromedriver: (version) => ({
    // Chrome for Testing, from 115 on, has it in a folder, and for 64 bits as well.
    ...(Number(version.split('.')[0]) >= 115
      ? {
          file: `chromedriver-win64-${version}.zip`,
          content: zip({ 'chromedriver-win64/chromedriver.exe': chromedriverExe(version, 64) }),
        }
      : {
          file: `chromedriver_win32-${version}.zip`,
          content: zip({ 'chromedriver.exe': chromedriverExe(version, 32) }),
        }),
  }),
  python: (version) => ({ file: `python-${version}-amd64.exe`, content: seal(pythonInstaller(version)) }),
  anaconda: (version) => ({
    file: `Anaconda3-${version}-Windows-x86_64.exe`,
    content: seal(anacondaInstaller(version)),
  }),
  pycharm: (version) => ({ file: `pycharm-community-${version}.exe`, content: seal(pycharmInstaller(version)) }),
  navicat: (version) => ({ file: `navicat-premium-${version}-x64.exe`, content: seal(navicatInstaller(version)) }),
  '360zip': (version) => ({ file: `360zip_setup_${version}.exe`, content: seal(zip360Installer(version)) }),
  '7zip': (version) => ({ file: `7z-${version}-x64.exe`, content: seal(sevenZipInstaller(version)) }),
  mysql: (version) => ({ file: `mysql-${version}-winx64.zip`, content: mysqlZip(version) }),
  mongodb: (version) => ({
    file: `mongodb-win32-x86_64-2008plus-ssl-${version}-signed.msi`,
    content: seal(mongoMsi(version)),
  }),
  redis: (version) => ({ file: `Redis-x64-${version}.zip`, content: redisZip(version) }),
  'vc-redist': (version) => ({ file: `VC_redist.x64-${version}.exe`, content: seal(vcRedist(version)) }),
};

/** Those products that the lab can make. */
export const simulated = (products: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(products).filter(([product]) => Object.hasOwn(makers, product)));
