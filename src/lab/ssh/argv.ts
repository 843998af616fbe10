/** How a Windows program takes its command line apart (CommandLineToArgvW; Microsoft, "Parsing C command-line arguments"). */
export function parseArguments(line: string): string[] {
  const found: string[] = [];
  let current = '';
  let quoted = false;
  let started = false;
  for (let at = 0; at < line.length;) {
    const slashes = /^\\+/.exec(line.slice(at))?.[0].length ?? 0;
    at += slashes;
    const char = line[at];
    // Backslashes mean themselves, unless a quotation mark follows: then each pair is one, and an odd one makes the mark literal.
    if (char === '"') {
      current += '\\'.repeat(slashes >> 1);
      if (slashes % 2 === 1) current += '"';
      else quoted = !quoted;
      started = true;
    } else {
      current += '\\'.repeat(slashes);
      started ||= slashes > 0;
      if (char === undefined) break;
      if ((char === ' ' || char === '\t') && !quoted) {
        if (started) found.push(current);
        current = '';
        started = false;
      } else {
        current += char;
        started = true;
      }
    }
    at++;
  }
  if (started) found.push(current);
  return found;
}
