/** Large fleets of few routers: each is named many times. */

/** As far as it is read here. */
export interface NamedDevice {
  readonly port?: number;
  readonly vars?: Readonly<Record<string, unknown>>;
}

/** So many devices; each router's second name is `br-0001-1`. */
export function nameMany(
  routers: readonly (readonly [name: string, device: NamedDevice])[],
  count: number,
): Readonly<Record<string, NamedDevice>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const [name, device] = routers[index % routers.length] ?? ['', {}];
      // The router's own name is in its certificate, whatever it is called here.
      const vars = { ...device.vars, fqdn: `${name}.branch.example.net` };
      const again = Math.floor(index / routers.length);
      return [again === 0 ? name : `${name}-${again}`, { ...device, vars }];
    }),
  );
}
