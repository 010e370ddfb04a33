/** Paths that only scanners ask for, and what they hope to find there. First match wins; the name is the rule. */
const PROBES: readonly { readonly rule: string; readonly match: RegExp }[] = [
  // No site of ours runs PHP, let alone WordPress: these look for its log-in, its API and its plugins' holes.
  {
    rule: 'probe: WordPress',
    match: /\/(wp-login\.php|xmlrpc\.php|wp-config|wp-(admin|includes|content|json)(\/|$))/i,
  },
  // Settings with passwords in them, left in the web root by mistake.
  { rule: 'probe: dot env', match: /\/\.env(\.[\w.-]*)?$/i },
  // A repository's folder gives the source and its history away.
  { rule: 'probe: version control', match: /\/\.(git|svn|hg|bzr)(\/|$)/i },
  // Keys and settings of tools: AWS, SSH, editors, package managers, Apache.
  {
    rule: 'probe: dot files',
    match: /\/\.(aws|ssh|vscode|idea|docker|kube|npmrc|DS_Store|htaccess|htpasswd|bash_history)(\/|$)/i,
  },
  // Unit tests of PHP packages that run what is posted to them (CVE-2017-9841).
  { rule: 'probe: PHPUnit', match: /\/phpunit\//i },
  // Database administration with weak passwords.
  {
    rule: 'probe: database administration',
    match: /\/(phpmyadmin|pma|adminer(\.php)?|mysqladmin|dbadmin)(\/|$)/i,
  },
  // Information pages and shells that attackers leave behind.
  { rule: 'probe: PHP', match: /\/[^/]*\.(php\d?|phtml)$/i },
  { rule: 'probe: server pages', match: /\/[^/]*\.(aspx?|jspx?|cfm|cgi|do|action)$/i },
  { rule: 'probe: CGI', match: /\/cgi-bin(\/|$)/i },
  // Management of Java servers and routers.
  {
    rule: 'probe: Java servers',
    match: /\/(actuator|manager\/html|jmx-console|solr\/admin|struts|hudson|jenkins)(\/|$)/i,
  },
  { rule: 'probe: routers', match: /\/(HNAP1|boaform|GponForm|setup\.cgi|goform|cgi\/luci)(\/|$)/i },
  { rule: 'probe: Exchange', match: /\/(owa\/auth|autodiscover\/autodiscover|ecp\/)/i },
  // Copies of the site or its database.
  {
    rule: 'probe: backups',
    match: /\/(backup|dump|database|db|site|www|wwwroot)\.(zip|tar|gz|tgz|sql|rar|7z|bak)(\.gz)?$/i,
  },
  {
    rule: 'probe: settings files',
    match: /\/(config|settings|secrets?|credentials)\.(json|ya?ml|ini|bak|old|inc)$/i,
  },
  // Files outside of the web root.
  { rule: 'probe: path traversal', match: /(\.\.[/\\]){2}|\/etc\/passwd|\/proc\/self/i },
];

/** One expression for all, because nearly all paths are none. */
const ANY_PROBE = new RegExp(PROBES.map((probe) => probe.match.source).join('|'), 'i');

/** The rule by which a decoded path is one that only scanners ask for. */
export function probeRule(path: string): string | undefined {
  return ANY_PROBE.test(path) ? PROBES.find((probe) => probe.match.test(path))?.rule : undefined;
}
