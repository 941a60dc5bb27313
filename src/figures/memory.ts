import type { BytesByRole, Role } from '../train/protocol';

/** Roles in the order they are stacked: the frozen model, activations and the batch first, then what a method brings and what learns. */
export const roleOrder: Role[] = ['frozen', 'temp', 'input', 'output', 'uniform', 'staging', 'bases', 'merged', 'texts', 'param', 'grad', 'state'];

export const totalOf = (bytes: BytesByRole): number => roleOrder.reduce((sum, role) => sum + (bytes[role] ?? 0), 0);

/** The roles that take anything, in order. */
export const rolesIn = (...all: BytesByRole[]): Role[] => roleOrder.filter((role) => all.some((bytes) => (bytes[role] ?? 0) > 0));

/** True when the two agree in every role, to the byte. */
export const sameBytes = (a: BytesByRole, b: BytesByRole): boolean => roleOrder.every((role) => (a[role] ?? 0) === (b[role] ?? 0));
