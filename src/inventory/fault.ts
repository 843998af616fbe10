/** A fault of an inventory, independent of where the inventory was written: an asset list's cell or a line of YAML. */
import type { Problem } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';

/** Every code of this folder; docs/reference/errors.md explains them. A code keeps its meaning for ever. */
export const codes = {
  INV001: { zh: '找不到或读不了文件', en: 'the file is missing or cannot be read' },
  INV002: { zh: '不是能读的资产表', en: 'this is not an asset list that can be read' },
  INV003: { zh: 'YAML 语法错误', en: 'the YAML has a syntax error' },
  INV004: { zh: '资产表缺列或列重复', en: 'a column of the asset list is missing, or is there twice' },
  INV005: { zh: '未知的键', en: 'a key that the schema does not know' },
  INV006: { zh: '缺少必填值', en: 'a value that must be there is missing' },
  INV007: { zh: '值的形式不对', en: 'a value does not have the form it must have' },
  INV008: { zh: '选项的值不对', en: 'an option of the command has a wrong value' },
  INV010: { zh: '座位号重复', en: 'two PCs have one seat number' },
  INV011: { zh: '计算机名重复', en: 'two PCs have one computer name' },
  INV012: { zh: 'MAC 地址重复', en: 'two PCs have one MAC address' },
  INV013: { zh: 'IP 地址重复', en: 'two PCs have one IP address' },
  INV014: { zh: '两台机器在同一行同一列', en: 'two PCs stand in one place' },
  INV015: { zh: '不是单个网卡的 MAC 地址', en: 'the MAC address is not that of one network card' },
  INV020: { zh: '地址不在子网内', en: 'the address is outside the subnet' },
  INV021: { zh: '地址是子网的网络地址或广播地址', en: "the address is the subnet's own or its broadcast address" },
  INV022: { zh: '地址与网关或 DNS 服务器相同', en: "the address is the gateway's or a DNS server's" },
  INV023: { zh: '网关不在子网内', en: 'the gateway is outside the subnet' },
  INV024: { zh: '各行的网关或掩码不一致', en: 'the rows do not agree on the gateway or the mask' },
  INV030: { zh: '备用机太少', en: 'there are too few spare PCs' },
  INV031: { zh: '冰点还原没有密码引用', en: 'Deep Freeze has no reference to its password' },
  INV032: { zh: '文件名与房间号不符', en: 'the file is named after another room' },
  INV040: { zh: '备注是电子表格公式', en: 'a remark is a spreadsheet formula' },
  INV041: { zh: '导入会覆盖已有内容', en: 'the import would replace or remove what the file holds' },
} as const satisfies Record<string, Text>;
export type InventoryCode = keyof typeof codes;

/** Keys and indices from the root of the inventory: `['seats', 3, 'address']`. */
export type Path = readonly (string | number)[];

export interface Fault extends Omit<Problem, 'where' | 'code'> {
  readonly path: Path;
  readonly code: InventoryCode;
}

/** Names the place of a path in what the person wrote; with `key`, that of the key rather than its value. */
export type Where = (path: Path, key?: boolean) => string;

export function toProblem(fault: Fault, where: Where): Problem {
  const { path, code, expected, got, fix } = fault;
  return { where: where(path, code === 'INV005'), expected, got, fix, code };
}

/** How a value is shown in `got`: text in quotes, so that a stray space can be seen. */
export function show(value: unknown): string {
  return value === undefined ? '""' : JSON.stringify(value);
}
