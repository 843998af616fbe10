/** WMI tables of the simulated PC: what Get-WmiObject shows of it. Sources: windows-facts 4 (UWF) and 8. */
import type { Args } from '../../core/host.ts';
import type { Json } from '../../core/finding.ts';
import { Refusal } from './fault.ts';
import type { Pc } from './pc.ts';

type Row = Readonly<Record<string, Json>>;
type Table = (pc: Pc) => Row[];

const cimv2 = 'root\\cimv2';
const embedded = 'root\\standardcimv2\\embedded';
const securityCenter = 'root\\securitycenter2';
/** Where an antivirus has told Windows of itself. */
const providers = 'HKLM\\SOFTWARE\\Microsoft\\Security Center\\Provider\\Av';
/** DMTF datetime, as WMI writes it: `20260901063000.000000+480` (minutes east of UTC). */
function dmtf(time: Date): string {
  const local = new Date(time.getTime() + 480 * 60_000);
  return `${local.toISOString().replace(/\D/g, '').slice(0, 14)}.000000+480`;
}

const tables: Readonly<Record<string, Readonly<Record<string, Table>>>> = {
  [cimv2]: {
    Win32_OperatingSystem: (pc) => [
      {
        Caption: pc.os.caption,
        Version: pc.os.version,
        BuildNumber: pc.os.version.split('.')[2] ?? '',
        OSArchitecture: '64 位',
        OSLanguage: 2052,
        CodeSet: '936',
        LastBootUpTime: dmtf(pc.bootTime),
        TotalVisibleMemorySize: Math.floor(pc.hardware.memoryBytes / 1024),
        CSName: computerName(pc),
      },
    ],
    Win32_ComputerSystem: (pc) => [
      {
        Name: computerName(pc),
        Manufacturer: pc.hardware.manufacturer,
        Model: pc.hardware.model,
        TotalPhysicalMemory: visibleMemory(pc),
        NumberOfProcessors: 1,
        NumberOfLogicalProcessors: pc.hardware.threads,
        PartOfDomain: false,
        Workgroup: 'WORKGROUP',
      },
    ],
    Win32_Processor: (pc) => [
      {
        DeviceID: 'CPU0',
        Name: pc.hardware.cpu,
        NumberOfCores: pc.hardware.cores,
        NumberOfLogicalProcessors: pc.hardware.threads,
        MaxClockSpeed: pc.hardware.mhz,
      },
    ],
    Win32_PhysicalMemory: (pc) => [{ Tag: 'Physical Memory 0', Capacity: pc.hardware.memoryBytes }],
    Win32_LogicalDisk: (pc) => [
      {
        DeviceID: 'C:',
        DriveType: 3,
        FileSystem: 'NTFS',
        Size: pc.hardware.diskBytes,
        FreeSpace: pc.files.freeBytes(),
      },
    ],
    Win32_NetworkAdapter: (pc) => [adapter(pc), wanMiniport],
    Win32_VideoController: (pc) => [
      {
        DeviceID: 'VideoController1',
        Name: 'Intel(R) UHD Graphics 630',
        CurrentHorizontalResolution: pc.hardware.display?.width ?? null,
        CurrentVerticalResolution: pc.hardware.display?.height ?? null,
      },
    ],
    Win32_USBController: (pc) => pc.hardware.usbControllers.map((Name, index) => ({ DeviceID: `USBC${index}`, Name })),
    Win32_USBHub: (pc) =>
      pc.hardware.usbControllers.map((_, index) => ({ DeviceID: `USB\\ROOT_HUB\\${index}`, Name: 'USB Root Hub' })),
    Win32_UserAccount: (pc) =>
      pc.accounts.list().map(({ name, sid, disabled }) => ({
        Name: name,
        SID: sid,
        Disabled: disabled,
        Domain: computerName(pc),
        LocalAccount: true,
      })),
    Win32_BIOS: (pc) => [{ Manufacturer: pc.hardware.manufacturer, SerialNumber: 'To be filled by O.E.M.' }],
    Win32_ComputerSystemProduct: (pc) => [
      { Name: pc.hardware.model, Vendor: pc.hardware.manufacturer, UUID: pc.machineId.toUpperCase() },
    ],
  },
  [securityCenter]: { AntiVirusProduct: antiviruses },
  [embedded]: {
    UWF_Filter: (pc) => [{ Id: 'UWF_Filter', CurrentEnabled: pc.card.frozen, NextEnabled: pc.card.nextBootFrozen }],
  },
};

/** 0x1000: on. Windows' own goes off where another one is. */
function antiviruses({ registry, services }: Pc): Row[] {
  const others = registry.subkeys(providers).map((id) => {
    const values = registry.values(`${providers}\\${id}`);
    return {
      displayName: String(values['DISPLAYNAME']?.data),
      productState: Number(values['STATE']?.data),
      instanceGuid: id,
    };
  });
  if (services.read('WinDefend').status !== 'Running') return others;
  const someoneElse = others.some(({ productState }) => (productState & 0x1000) !== 0);
  const own = {
    displayName: 'Windows Defender',
    productState: someoneElse ? 0x60100 : 0x61100,
    instanceGuid: '{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}',
  };
  return [own, ...others];
}

const wanMiniport: Row = {
  DeviceID: '1',
  InterfaceIndex: 1,
  Name: 'WAN Miniport (IP)',
  PhysicalAdapter: false,
  MACAddress: null,
  NetConnectionID: null,
  NetConnectionStatus: null,
  Speed: null,
};

function adapter(pc: Pc): Row {
  const { mac, name, up, speedBps } = pc.nic.adapter();
  return {
    DeviceID: '7',
    InterfaceIndex: 7,
    Index: 7,
    Name: 'Realtek PCIe GbE Family Controller',
    GUID: pc.nic.guid,
    PhysicalAdapter: true,
    MACAddress: mac.toUpperCase(),
    NetConnectionID: name,
    // 2 connected, 7 media disconnected
    NetConnectionStatus: up ? 2 : 7,
    // What drivers report for a cable that is out; 2^63 - 1 does not fit a JSON number exactly, and does not on a real PC either.
    Speed: up ? speedBps : 9_223_372_036_854_775_807,
  };
}

function computerName(pc: Pc): string {
  const value = pc.registry.value(
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName',
    'ComputerName',
  );
  return String(value?.data);
}

/** What the firmware and the graphics keep for themselves is missing from the sum that Windows shows. */
const visibleMemory = (pc: Pc): number => pc.hardware.memoryBytes - 96 * 2 ** 20;

/** The namespace appears with the feature: UWF_Filter is not found on a PC without it. */
function tableOf(pc: Pc, namespace: string, name: string): Table {
  const found = namespace.toLowerCase().replaceAll('/', '\\');
  const present = found !== embedded || pc.card.kind === 'uwf';
  const entries = present ? Object.entries(tables[found] ?? {}) : [];
  const table = entries.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
  if (!table) throw new Refusal('not-found', `WMI has no class ${name} in ${namespace}`);
  return table;
}

export async function query(pc: Pc, args: Args<'cim.query'>): Promise<Row[]> {
  const table = tableOf(pc, args.namespace, args.class);
  await pc.takes('cim.query');
  const rows = args.filter === undefined ? table(pc) : table(pc).filter(filterOf(args.filter));
  return rows.map((row) => pick(row, args));
}

function pick(row: Row, { properties, class: name }: Args<'cim.query'>): Row {
  return Object.fromEntries(
    properties.map((property) => {
      const known = Object.keys(row).find((other) => other.toLowerCase() === property.toLowerCase());
      if (known === undefined) throw new Refusal('unsupported', `the simulation does not model ${name}.${property}`);
      return [property, row[known] ?? null];
    }),
  );
}

/** The part of WQL that conditions on hardware need: comparisons joined by AND. */
function filterOf(filter: string): (row: Row) => boolean {
  const conditions = filter.split(/\s+and\s+/i).map((condition) => {
    const match = /^\s*(\w+)\s*(=|<>|!=)\s*(?:'([^']*)'|"([^"]*)"|(\w+))\s*$/i.exec(condition);
    if (!match) throw new Refusal('bad-request', `invalid WQL condition: ${condition}`);
    const [, name = '', operator, single, double, bare] = match;
    return { name, equal: operator === '=', value: (single ?? double ?? bare ?? '').toLowerCase() };
  });
  return (row) => conditions.every(({ name, equal, value }) => (textOf(row, name) === value) === equal);
}

function textOf(row: Row, name: string): string {
  const entry = Object.entries(row).find(([other]) => other.toLowerCase() === name.toLowerCase());
  const value = entry?.[1];
  return (typeof value === 'object' ? '' : String(value ?? '')).toLowerCase();
}

/** @returns one ReturnValue per instance; 0 is success */
export function invoke(pc: Pc, args: Args<'cim.invoke'>): number[] {
  const rows = tableOf(pc, args.namespace, args.class)(pc);
  const method = args.method.toLowerCase();
  if (args.class.toLowerCase() !== 'uwf_filter' || !['enable', 'disable'].includes(method)) {
    throw new Refusal('not-found', `${args.class} has no method ${args.method}`);
  }
  return rows.map(() => {
    pc.card.setNextBoot(method === 'enable');
    return 0;
  });
}
