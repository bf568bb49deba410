//! People and tokens in memory.

use async_trait::async_trait;
use cauce_model::Time;

use super::{Access, Hash, Role, SignIn, Token, User, is_worth_moving};
use crate::Error;
use crate::memory::Memory;

#[async_trait]
impl Access for Memory {
    async fn has_users(&self) -> Result<bool, Error> {
        Ok(!self.state().users.is_empty())
    }

    async fn offer_setup(&self, hash: Hash) -> Result<(), Error> {
        self.state().setup = Some(hash);
        Ok(())
    }

    async fn set_up(&self, hash: Hash, user: User) -> Result<bool, Error> {
        let mut state = self.state();
        if state.setup != Some(hash) || !state.users.is_empty() {
            return Ok(false);
        }
        state.setup = None;
        state.users.insert(user.id, user);
        Ok(true)
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        Ok(self.state().users.values().find(|user| user.email == email).cloned())
    }

    async fn first_admin(&self) -> Result<Option<User>, Error> {
        Ok(self.state().users.values().find(|user| user.role == Role::Admin).cloned())
    }

    async fn sign_in(&self, sign_in: SignIn) -> Result<(), Error> {
        let now = self.clock.now();
        let mut state = self.state();
        if state.sign_ins.contains_key(&sign_in.hash) {
            return Err(Error::Exists { what: "sign-in".to_owned() });
        }
        state.sign_ins.retain(|_, old| old.expires_at > now && old.idle_until > now);
        state.sign_ins.insert(sign_in.hash, sign_in);
        Ok(())
    }

    async fn signed_in(&self, hash: &Hash, now: Time, idle: Time) -> Result<Option<User>, Error> {
        let mut state = self.state();
        let Some(sign_in) = state.sign_ins.get_mut(hash) else { return Ok(None) };
        if now >= sign_in.expires_at || now >= sign_in.idle_until {
            return Ok(None);
        }
        if is_worth_moving(sign_in.idle_until, idle) {
            sign_in.idle_until = idle;
        }
        let user = sign_in.user;
        Ok(state.users.get(&user).cloned())
    }

    async fn sign_out(&self, hash: &Hash) -> Result<(), Error> {
        self.state().sign_ins.remove(hash);
        Ok(())
    }

    async fn add_token(&self, token: Token) -> Result<(), Error> {
        let mut state = self.state();
        if state.tokens.values().any(|known| known.hash == token.hash || known.id == token.id) {
            return Err(Error::Exists { what: format!("token {}", token.name) });
        }
        state.tokens.insert(token.hash, token);
        Ok(())
    }

    async fn token(&self, hash: &Hash) -> Result<Option<Token>, Error> {
        Ok(self.state().tokens.get(hash).cloned())
    }
}
