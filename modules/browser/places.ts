/** Where Chrome, its driver and its updater are on Windows; the facts are windows.md 5 (docs/reference/windows-facts.md). */
import { onMachine } from '../../src/core/undo.ts';

/**
 * Folder of a machine-wide Chrome, in the order in which programs look for it. The 64-bit Chrome lived in the second one too until version
 * 85, so the folder says nothing of the architecture, nor of where the installer registered it.
 */
export const applications = [
  'C:\\Program Files\\Google\\Chrome\\Application',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application',
] as const;
/** `*chrome.exe` also finds new_chrome.exe: an update that waits for Chrome to be closed. */
export const chromePatterns = [
  'C:\\Program Files*\\Google\\Chrome\\Application\\*chrome.exe',
  'C:\\Users\\*\\AppData\\Local\\Google\\Chrome\\Application\\*chrome.exe',
] as const;

export const driverFolder = 'C:\\Program Files\\ChromeDriver';
export const driverFile = `${driverFolder}\\chromedriver.exe`;

/** Old names (Omaha) and new ones (GoogleUpdaterService120.0.6075.0); the elevation service installs what the updater fetched. */
export const updateServices = ['gupdate', 'gupdatem', 'GoogleUpdater*', 'GoogleChromeElevationService'] as const;
/** Also per-user ones, and the new updater's, which are in folders: `\GoogleSystem\GoogleUpdater\GoogleUpdaterTaskSystem…`. */
export const updateTasks = '*GoogleUpdate*';

export const policyKey = 'HKLM\\SOFTWARE\\Policies\\Google\\Update';
/**
 * Google's updater heeds these on domain PCs only (chrome/updater/win/group_policy_manager.cc, IsManaged), and exam PCs are seldom in a
 * domain: services and tasks do the work, these are the second lock.
 */
export const policies: Readonly<Record<string, number>> = {
  UpdateDefault: 0,
  'Update{8A69D345-D564-463C-AFF1-A69D9E530F96}': 0,
  AutoUpdateCheckPeriodMinutes: 0,
  DisableAutoUpdateChecksCheckboxValue: 1,
};

export const internetExplorerKey = 'HKLM\\SOFTWARE\\Microsoft\\Internet Explorer';
/** 64-bit products, then 32-bit ones. */
export const uninstallKeys = [
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
  'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
] as const;

export const msiexec = 'C:\\Windows\\System32\\msiexec.exe';
export const staged = (file: string): string => onMachine('windows', 'pkg', file);

export const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('\\'));
export const baseName = (file: string): string => file.slice(file.lastIndexOf('\\') + 1).toLowerCase();
/** Index in `applications`; -1 for a Chrome of one user. Windows compares paths without case. */
export const placeOf = (file: string): number =>
  applications.findIndex((folder) => folder.toLowerCase() === folderOf(file).toLowerCase());
