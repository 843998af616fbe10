/** What a home router of MikroTik's comes with ("Default configurations", `/system default-configuration print`; as exports of RouterOS 7 show it). */
import type { DeviceOptions } from './device.ts';

const filter = '/ip firewall filter add';

export const factory: Pick<DeviceOptions, 'interfaces' | 'setUp'> = {
  interfaces: ['ether1', 'ether2', 'ether3', 'ether4', 'ether5'],
  setUp: [
    '/interface bridge add comment=defconf name=bridge',
    '/interface list add comment=defconf name=WAN',
    '/interface list add comment=defconf name=LAN',
    ...['ether2', 'ether3', 'ether4', 'ether5'].map(
      (port) => `/interface bridge port add bridge=bridge comment=defconf interface=${port}`,
    ),
    '/interface list member add comment=defconf interface=bridge list=LAN',
    '/interface list member add comment=defconf interface=ether1 list=WAN',
    '/ip pool add name=default-dhcp ranges=192.168.88.10-192.168.88.254',
    '/ip address add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0',
    '/ip dhcp-client add comment=defconf interface=ether1',
    '/ip dhcp-server add address-pool=default-dhcp interface=bridge name=defconf',
    '/ip dhcp-server network add address=192.168.88.0/24 comment=defconf dns-server=192.168.88.1 gateway=192.168.88.1',
    '/ip dns set allow-remote-requests=yes',
    '/ip dns static add address=192.168.88.1 comment=defconf name=router.lan type=A',
    `${filter} action=accept chain=input comment="defconf: accept established,related,untracked" connection-state=established,related,untracked`,
    `${filter} action=drop chain=input comment="defconf: drop invalid" connection-state=invalid`,
    `${filter} action=accept chain=input comment="defconf: accept ICMP" protocol=icmp`,
    `${filter} action=accept chain=input comment="defconf: accept to local loopback (for CAPsMAN)" dst-address=127.0.0.1`,
    `${filter} action=drop chain=input comment="defconf: drop all not coming from LAN" in-interface-list=!LAN`,
    `${filter} action=accept chain=forward comment="defconf: accept in ipsec policy" ipsec-policy=in,ipsec`,
    `${filter} action=accept chain=forward comment="defconf: accept out ipsec policy" ipsec-policy=out,ipsec`,
    `${filter} action=fasttrack-connection chain=forward comment="defconf: fasttrack" connection-state=established,related hw-offload=yes`,
    `${filter} action=accept chain=forward comment="defconf: accept established,related, untracked" connection-state=established,related,untracked`,
    `${filter} action=drop chain=forward comment="defconf: drop invalid" connection-state=invalid`,
    `${filter} action=drop chain=forward comment="defconf: drop all from WAN not DSTNATed" connection-nat-state=!dstnat connection-state=new in-interface-list=WAN`,
    '/ip firewall nat add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=out,none out-interface-list=WAN',
    '/tool mac-server set allowed-interface-list=LAN',
    '/tool mac-server mac-winbox set allowed-interface-list=LAN',
  ],
};
