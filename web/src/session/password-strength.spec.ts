// The strength word follows length first.
import { describe, expect, it } from 'vitest';
import { strengthOf } from './password-strength';

describe('password strength', () => {
  it('grows with length and variety', () => {
    expect(strengthOf('short')).toBe('short');
    expect(strengthOf('aaaaaaaaaaaaaaaaaaaa')).toBe('fair');
    expect(strengthOf('qwertyuiopas')).toBe('fair');
    expect(strengthOf('three blind mice')).toBe('good');
    expect(strengthOf('Three blind mice, 1 farmer')).toBe('strong');
  });

  it('counts characters, not bytes', () => {
    expect(strengthOf('ñañañañañañ')).toBe('short');
  });
});
