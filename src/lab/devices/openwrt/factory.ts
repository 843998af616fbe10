/** What a router with OpenWrt comes with. */

/** busybox' commands that OpenWrt builds (package/utils/busybox/Config-defaults.in) and the model or a driver could want. */
export const applets: readonly string[] = [
  ...['ash', 'awk', 'basename', 'cat', 'chmod', 'chown', 'cmp', 'cp', 'cut', 'date', 'dirname', 'echo', 'env', 'expr'],
  ...[
    'find',
    'grep',
    'head',
    'httpd',
    'id',
    'kill',
    'killall',
    'ln',
    'ls',
    'md5sum',
    'mkdir',
    'mkfifo',
    'mktemp',
    'mv',
  ],
  ...['nslookup', 'pgrep', 'pidof', 'printf', 'ps', 'pwd', 'readlink', 'rm', 'rmdir', 'sed', 'seq', 'sh', 'sha256sum'],
  ...['sleep', 'sort', 'start-stop-daemon', 'sync', 'sysctl', 'tail', 'tar', 'tee', 'test', 'touch', 'tr', 'true'],
  ...['uniq', 'uptime', 'wc', 'xargs'],
];

/** Only the model's own places: a command that OpenWrt has not is not found. */
const searched = '/usr/lib/model/bin:/usr/lib/model/tools';
export const tools = ['nft', 'haproxy', 'dnsmasq', 'busybox'];
const profile = `export PATH=${searched}\n`;

export const startedAtBoot = ['firewall', 'dnsmasq', 'uhttpd'] as const;

export const passwd = {
  'etc/passwd': 'root:x:0:0:root:/root:/usr/lib/model/login\nnobody:*:65534:65534:nobody:/var:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/shadow': 'root:*:0:0:99999:7:::\n',
  'etc/shells': '/usr/lib/model/login\n',
  'etc/profile': profile,
  'etc/protocols': 'ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\n',
} as const;

export const confs = {
  'etc/config/uhttpd': `config uhttpd 'main'
\tlist listen_http '0.0.0.0:80'
\tlist listen_http '[::]:80'
\tlist listen_https '0.0.0.0:443'
\tlist listen_https '[::]:443'
\toption redirect_https '0'
\toption home '/www'

config cert 'defaults'
\toption days '730'

`,
  'etc/config/dhcp': `config dnsmasq
\toption domainneeded '1'
\toption localservice '1'
`,
  'etc/dnsmasq.conf': 'port=53\ninterface=lan0\nbind-dynamic\nno-resolv\n',
  'etc/haproxy.cfg':
    'global\n\tmaxconn 32\ndefaults\n\tmode http\n\ttimeout connect 5s\n\ttimeout client 5s\n\ttimeout server 5s\nlisten some\n\tbind 127.0.0.1:81\n',
  'www/index.html': 'LuCI\n',
} as const;
