/** A line on a terminal that is written over and over: objects, records, speed, time left. */
export interface Progress {
  step(records: number, bytes: number): void;
  note(text: string): void;
  end(): void;
}

const REDRAW = 100;

/** Draws on standard error; on anything but a terminal nothing is shown. */
export function createProgress(objects: number, totalBytes: number, visible: boolean): Progress {
  const started = Date.now();
  let [done, records, bytes, drawn] = [0, 0, 0, 0];
  const draw = (force: boolean) => {
    if (!visible || (!force && Date.now() - drawn < REDRAW)) return;
    drawn = Date.now();
    const seconds = (drawn - started) / 1000;
    process.stderr.write(`\r\x1b[K${lineOf(done, objects, records, bytes, totalBytes, seconds)}`);
  };
  return {
    step(moreRecords, moreBytes) {
      done++;
      records += moreRecords;
      bytes += moreBytes;
      draw(done === objects);
    },
    note(text) {
      if (visible) process.stderr.write(`\r\x1b[K${text}`);
    },
    end() {
      if (visible) process.stderr.write('\r\x1b[K');
    },
  };
}

function lineOf(
  done: number,
  objects: number,
  records: number,
  bytes: number,
  totalBytes: number,
  seconds: number,
): string {
  const share = totalBytes === 0 ? done / Math.max(objects, 1) : bytes / totalBytes;
  const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
  const speed = seconds === 0 ? 0 : bytes / 1e6 / seconds;
  const left = share === 0 ? '…' : `${Math.ceil((seconds / share) * (1 - share))} s left`;
  const counts = `${done}/${objects} objects  ${records.toLocaleString('en')} records`;
  return `${bar} ${counts}  ${speed.toFixed(1)} MB/s  ${left}`;
}
