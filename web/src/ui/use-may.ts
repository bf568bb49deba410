// Whether the signed-in user's role allows something.
import { useSession } from '../api/queries';
import type { Role } from '../api/types';

const ladder: Role[] = ['viewer', 'editor', 'publisher', 'admin'];

export function useMay(least: Role): boolean {
  const role = useSession().data?.user.role;
  return role !== undefined && ladder.indexOf(role) >= ladder.indexOf(least);
}
