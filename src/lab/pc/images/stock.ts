/** What is on a PC right after Windows was installed, as data. Sources: windows-facts 3 (network), 5 and 8 (versions, environment). */
import type { RegistryValue, StartType } from '../../../core/primitives.ts';
import type { DefaultUser } from '../accounts.ts';
import { stockRoots } from './roots.ts';

export type OsName = 'win10' | 'win7';

export interface Stock {
  readonly version: string;
  readonly caption: string;
  /** What this system calls its first network connection. */
  readonly connection: string;
  readonly registry: Readonly<Record<string, Readonly<Record<string, RegistryValue>>>>;
  readonly services: Readonly<Record<string, readonly [StartType, string]>>;
  /** Windows' own account 500, by its localised name. */
  readonly administrator: string;
  /** What a new account's hive holds. */
  readonly defaultUser: DefaultUser;
  /** What its firewall writes at the beginning of a rule. */
  readonly firewallVersion: string;
  readonly tasks: readonly string[];
  /** Executables in System32, by file name; each runs the program model of its own name. */
  readonly commands: readonly string[];
  /** Version resource of the system's own files. */
  readonly fileVersion: string;
  readonly ieVersion: string;
  /** Bytes that Windows itself takes; kept as one file without content. */
  readonly bulkBytes: number;
}

const text = (data: string): RegistryValue => ({ type: 'REG_SZ', data });
const expand = (data: string): RegistryValue => ({ type: 'REG_EXPAND_SZ', data });
const number = (data: number): RegistryValue => ({ type: 'REG_DWORD', data });

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const internetExplorer = 'HKLM\\SOFTWARE\\Microsoft\\Internet Explorer';
const environment = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
const diskFilter = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e967-e325-11ce-bfc1-08002be10318}';
const volumeFilter = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{71a27cdd-812a-11d0-bec7-08002be2092f}';

const firewall = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
/** On, nothing comes in unasked, everything may go out. */
const guarded = { EnableFirewall: number(1), DefaultInboundAction: number(1), DefaultOutboundAction: number(0) };

const common: Stock['registry'] = {
  ...stockRoots,
  [environment]: {
    Path: expand(
      '%SystemRoot%\\system32;%SystemRoot%;%SystemRoot%\\System32\\Wbem;%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\',
    ),
    PATHEXT: text('.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC'),
    TEMP: expand('%SystemRoot%\\TEMP'),
    TMP: expand('%SystemRoot%\\TEMP'),
    OS: text('Windows_NT'),
    NUMBER_OF_PROCESSORS: text('4'),
    PROCESSOR_ARCHITECTURE: text('AMD64'),
  },
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall': {},
  'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall': {},
  'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows': {},
  'HKLM\\SOFTWARE\\OpenSSH': {},
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing': {},
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update': {},
  'HKLM\\SOFTWARE\\Classes\\CLSID': {},
  'HKLM\\SOFTWARE\\Classes\\Directory\\shellex\\ContextMenuHandlers': {},
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\USBSTOR': {
    Start: number(3),
    ImagePath: expand('\\SystemRoot\\System32\\drivers\\USBSTOR.SYS'),
  },
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\NlaSvc\\Parameters\\Internet': { EnableActiveProbing: number(1) },
  [diskFilter]: { UpperFilters: { type: 'REG_MULTI_SZ', data: ['partmgr'] } },
  [volumeFilter]: { UpperFilters: { type: 'REG_MULTI_SZ', data: ['volsnap'] } },
  // A room's PCs log their candidates' account on by themselves.
  'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon': {
    AutoAdminLogon: text('1'),
    DefaultUserName: text('exam'),
  },
  ...Object.fromEntries(
    ['DomainProfile', 'StandardProfile', 'PublicProfile'].map((one) => [`${firewall}\\${one}`, guarded]),
  ),
  [`${firewall}\\FirewallRules`]: {},
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\00000409': {
    'Layout Text': text('US'),
    'Layout File': text('KBDUS.DLL'),
  },
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\00000804': {
    'Layout Text': text('Chinese (Simplified) - US Keyboard'),
    'Layout File': text('KBDUS.DLL'),
  },
};

/** Text services of Chinese, by service and profile (windows-facts 11). */
const services = (all: Readonly<Record<string, readonly [description: string, on: 0 | 1]>>): Stock['registry'] =>
  Object.fromEntries(
    Object.entries(all).map(([id, [description, on]]) => {
      const [service = '', profile = ''] = id.split(' ');
      const key = `HKLM\\SOFTWARE\\Microsoft\\CTF\\TIP\\${service}\\LanguageProfile\\0x00000804\\${profile}`;
      return [key, { Description: text(description), Enable: number(on) }];
    }),
  );

const pinyin = '{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}';
const layouts = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts';

const svchost = '%SystemRoot%\\System32\\svchost.exe -k netsvcs -p';
const commonServices: Stock['services'] = {
  Dhcp: ['Automatic', '%SystemRoot%\\System32\\svchost.exe -k LocalServiceNetworkRestricted'],
  Dnscache: ['Automatic', '%SystemRoot%\\System32\\svchost.exe -k NetworkService'],
  LanmanServer: ['Automatic', svchost],
  Schedule: ['Automatic', svchost],
  Winmgmt: ['Automatic', svchost],
  wuauserv: ['Manual', svchost],
  BITS: ['Manual', svchost],
  msiserver: ['Manual', '%SystemRoot%\\System32\\msiexec.exe /V'],
  mpssvc: ['Automatic', '%SystemRoot%\\System32\\svchost.exe -k LocalServiceNoNetwork'],
  W32Time: ['Manual', '%SystemRoot%\\System32\\svchost.exe -k LocalService'],
  sshd: ['Automatic', 'C:\\Program Files\\OpenSSH\\sshd.exe'],
};

const commands = [
  'cmd.exe',
  'msiexec.exe',
  'where.exe',
  'hostname.exe',
  'shutdown.exe',
  'schtasks.exe',
  'sc.exe',
  'netsh.exe',
  'icacls.exe',
  'certutil.exe',
  'taskkill.exe',
  'reg.exe',
  'chcp.com',
];

export const stock: Readonly<Record<OsName, Stock>> = {
  win10: {
    version: '10.0.19045',
    caption: 'Microsoft Windows 10 专业版',
    connection: '以太网',
    registry: {
      ...common,
      [currentVersion]: {
        ProductName: text('Windows 10 Pro'),
        EditionID: text('Professional'),
        CurrentVersion: text('6.3'),
        CurrentMajorVersionNumber: number(10),
        CurrentMinorVersionNumber: number(0),
        CurrentBuild: text('19045'),
        CurrentBuildNumber: text('19045'),
        UBR: number(2006),
        // Frozen at 2009 from 20H2 on; DisplayVersion took over.
        ReleaseId: text('2009'),
        DisplayVersion: text('22H2'),
        InstallationType: text('Client'),
      },
      [internetExplorer]: {
        Version: text('9.11.19041.0'),
        svcVersion: text('11.789.19041.0'),
        svcUpdateVersion: text('11.0.1000'),
      },
      ...services({
        [`${pinyin} {FA550B04-5AD7-411F-A5AC-CA038EC515D7}`]: ['微软拼音', 1],
        '{6A498709-E00B-4C45-A018-8F9E4081AE40} {82590C13-F4DD-44F4-BA1D-8667246FDF8E}': ['微软五笔', 1],
      }),
    },
    services: {
      ...commonServices,
      UsoSvc: ['Automatic', svchost],
      WinDefend: ['Automatic', '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe"'],
    },
    tasks: ['\\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan', '\\Microsoft\\Windows\\Defrag\\ScheduledDefrag'],
    commands,
    fileVersion: '10.0.19041.1266',
    ieVersion: '11.0.19041.1566',
    bulkBytes: 19_500_000_000,
    administrator: 'Administrator',
    defaultUser: {
      'Keyboard Layout\\Preload': { '1': text('00000804') },
      'Control Panel\\International\\User Profile': { Languages: { type: 'REG_MULTI_SZ', data: ['zh-Hans-CN'] } },
      'Control Panel\\International\\User Profile\\zh-Hans-CN': {
        '0804:{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}{FA550B04-5AD7-411F-A5AC-CA038EC515D7}': number(1),
      },
    },
    firewallVersion: 'v2.30',
  },
  win7: {
    version: '6.1.7601',
    caption: 'Microsoft Windows 7 旗舰版 ',
    connection: '本地连接',
    registry: {
      ...common,
      [currentVersion]: {
        ProductName: text('Windows 7 Ultimate'),
        EditionID: text('Ultimate'),
        CurrentVersion: text('6.1'),
        CurrentBuild: text('7601'),
        CurrentBuildNumber: text('7601'),
        CSDVersion: text('Service Pack 1'),
        InstallationType: text('Client'),
      },
      [internetExplorer]: {
        Version: text('9.11.9600.19597'),
        svcVersion: text('11.0.9600.19597'),
        svcUpdateVersion: text('11.0.170'),
      },
      ...services({
        [`${pinyin} {F3BA9077-6C7E-11D4-97FA-0080C882687E}`]: ['微软拼音 - 新体验 2010', 1],
        '{E429B25A-E5D3-4D1F-9BE3-0C608477E3A1} {54FC610E-6ABD-4685-9DDD-A130BDF1B170}': ['简体中文全拼', 0],
      }),
      [`${layouts}\\E0010804`]: { 'Layout Text': text('中文(简体) - 郑码'), 'Ime File': text('WINZM.IME') },
    },
    services: commonServices,
    tasks: ['\\Microsoft\\Windows\\Defrag\\ScheduledDefrag'],
    commands,
    fileVersion: '6.1.7601.17514',
    ieVersion: '11.0.9600.19597',
    bulkBytes: 14_200_000_000,
    administrator: 'Administrator',
    defaultUser: { 'Keyboard Layout\\Preload': { '1': text('00000804') } },
    firewallVersion: 'v2.10',
  },
};
