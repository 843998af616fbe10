/** Input methods of others: what their installers leave on a machine (docs: windows-facts 11). */
import { effects, guid, type Installer } from './format.ts';

const mebibyte = 1024 * 1024;
const uninstallKey = 'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

const common = { kind: 'nsis', minimumOs: '6.1.7601', allUsers: {} } as const;

function sogou(version: string): Installer {
  const service = '{E7EA138E-69F8-11D7-A6EA-00065B844310}';
  const tip = `HKLM\\SOFTWARE\\Microsoft\\CTF\\TIP\\${service}`;
  const profile = `${tip}\\LanguageProfile\\0x00000804\\{E7EA138F-69F8-11D7-A6EA-00065B844311}`;
  return {
    ...common,
    product: '搜狗输入法',
    version,
    productCode: guid('Sogou Input'),
    upgradeCode: guid('Sogou Input'),
    properties: { InstDir: `C:\\Program Files (x86)\\SogouInput\\${version}` },
    uninstaller: '[InstDir]\\Uninstall.exe',
    effects: effects.parse({
      files: [
        { path: '[InstDir]\\SGTool.exe', size: 8 * mebibyte, version, executable: { program: 'window', version } },
        { path: 'C:\\Windows\\System32\\SogouTSF.ime', size: mebibyte, version },
      ],
      registry: [
        {
          key: profile,
          values: {
            Description: text('中文 (简体) - 搜狗拼音输入法'),
            IconFile: text('C:\\Windows\\System32\\SogouTSF.ime'),
            Enable: { type: 'REG_DWORD', data: 1 },
          },
        },
        {
          key: `${uninstallKey}\\Sogou Input`,
          values: {
            DisplayName: text('搜狗输入法 9.1正式版'),
            DisplayVersion: text(version),
            UninstallString: text('[InstDir]\\Uninstall.exe'),
          },
        },
      ],
      owns: ['C:\\Program Files (x86)\\SogouInput', tip],
    }),
  };
}

function freewb(version: string): Installer {
  return {
    ...common,
    product: '极点五笔输入法',
    version,
    productCode: guid('freewb'),
    upgradeCode: guid('freewb'),
    properties: { InstDir: 'C:\\Program Files (x86)\\freeime' },
    uninstaller: '[InstDir]\\uninst.exe',
    effects: effects.parse({
      files: [
        { path: '[InstDir]\\freewb.mb', size: 3 * mebibyte },
        { path: 'C:\\Windows\\System32\\freewb.ime', size: mebibyte, version },
      ],
      registry: [
        {
          key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\E0210804',
          values: {
            'Layout Text': text('中文(简体) - 极点五笔'),
            'Ime File': text('FREEWB.IME'),
            'Layout File': text('KBDUS.DLL'),
          },
        },
        {
          key: `${uninstallKey}\\freewb`,
          values: {
            DisplayName: text('极点五笔输入法'),
            DisplayVersion: text(version),
            UninstallString: text('[InstDir]\\uninst.exe'),
          },
        },
      ],
      owns: ['[InstDir]'],
    }),
  };
}

export const inputMethods = { sogou, freewb } as const;
