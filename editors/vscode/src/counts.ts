// How many findings there are, file by file, so that a change costs only the files that changed.
// It must not know the editor.

/** Findings by severity. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export const NONE: Counts = { errors: 0, warnings: 0, notes: 0 };

/** A diagnostic's severity as the editor numbers it: 0 error, 1 warning, 2 information, 3 hint. */
export type Severity = 0 | 1 | 2 | 3;

/** Counts of one file. Hints are not counted: each only points to a finding in another file. */
export function count(severities: Iterable<Severity>): Counts {
  let [errors, warnings, notes] = [0, 0, 0];
  for (const severity of severities) {
    errors += Number(severity === 0);
    warnings += Number(severity === 1);
    notes += Number(severity === 2);
  }
  return { errors, warnings, notes };
}

/** Counts of all files. */
export class Tally {
  readonly #files = new Map<string, Counts>();
  #sum: Counts = NONE;

  /** Replaces the counts of one file; returns whether the sum is another. */
  set(file: string, counts: Counts): boolean {
    const before = this.#files.get(file) ?? NONE;
    const empty = counts.errors + counts.warnings + counts.notes === 0;
    if (empty) {
      this.#files.delete(file);
    } else {
      this.#files.set(file, counts);
    }
    this.#sum = {
      errors: this.#sum.errors + counts.errors - before.errors,
      warnings: this.#sum.warnings + counts.warnings - before.warnings,
      notes: this.#sum.notes + counts.notes - before.notes,
    };
    return (
      counts.errors !== before.errors || counts.warnings !== before.warnings || counts.notes !== before.notes
    );
  }

  get sum(): Counts {
    return this.#sum;
  }

  /** The number of files with findings. */
  get files(): number {
    return this.#files.size;
  }
}
