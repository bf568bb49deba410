// Who is signed in, the theme, and the way out.
import { Check, CircleUserRound, LogOut } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useLocation } from 'wouter';
import { useSignOut } from '../api/queries';
import type { Session } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { chooseTheme, type Theme, useTheme } from '../ui/theme';

const item =
  'flex cursor-pointer items-center gap-2 rounded-field px-2 py-2 outline-none focus:bg-accent-soft';

export function AccountMenu({ session }: { session: Session }) {
  const { t } = useI18n();
  const theme = useTheme();
  const signOut = useSignOut();
  const [, navigate] = useLocation();
  const { user } = session;
  const themes: [Theme, string][] = [
    ['system', t.app.themeSystem],
    ['light', t.app.themeLight],
    ['dark', t.app.themeDark],
  ];
  const leave = () => signOut.mutate(undefined, { onSuccess: () => navigate('/login', { replace: true }) });
  return (
    <MenuTrigger>
      <Button
        aria-label={t.app.account(user.name)}
        className="flex h-9 items-center gap-2 rounded-full border border-line bg-surface py-0.5 pr-3 pl-1.5 hover:border-line-strong"
      >
        <CircleUserRound size={22} aria-hidden="true" className="text-soft" />
        <span className="hidden max-w-40 truncate font-medium sm:inline">{user.name}</span>
      </Button>
      <Popover
        placement="bottom end"
        className="w-64 rounded-card border border-line bg-surface p-1 shadow-pop"
      >
        <div className="border-b border-line px-3 py-2.5">
          <p className="truncate font-medium">{user.name}</p>
          <p className="truncate text-sm text-soft">{user.email}</p>
          <p className="text-sm text-soft">{t.app.role[user.role]}</p>
        </div>
        <Menu aria-label={t.app.account(user.name)} className="outline-none">
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={(chosen) => {
              const [next] = chosen === 'all' ? [] : chosen;
              if (next === 'system' || next === 'light' || next === 'dark') chooseTheme(next);
            }}
            className="border-b border-line py-1"
          >
            <Header className="px-2 pt-1.5 pb-1 text-xs font-medium text-soft">{t.app.theme}</Header>
            {themes.map(([id, name]) => (
              <MenuItem key={id} id={id} textValue={name} className={item}>
                {({ isSelected }) => (
                  <>
                    <Check
                      size={16}
                      aria-hidden="true"
                      className={isSelected ? 'text-accent' : 'invisible'}
                    />
                    {name}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
          <MenuSection className="py-1" aria-label={t.app.signOut}>
            <MenuItem id="sign-out" onAction={leave} className={item}>
              <LogOut size={16} aria-hidden="true" />
              {t.app.signOut}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
