"""The store: versions of plans, in SQLite or PostgreSQL, and what people decide about them."""

from allocopt.store.actions import Action
from allocopt.store.connection import Store, open_store
from allocopt.store.history import History, history_of
from allocopt.store.loading import file_of, lasting_folder, load_version
from allocopt.store.moves import (
    act,
    approve,
    make_move,
    publish,
    refusals,
    sign_off,
    tell_action,
)
from allocopt.store.record import Record, list_versions, record_of
from allocopt.store.saving import Saved, restore_version, save_as, save_version
from allocopt.store.states import Move, State
from allocopt.store.verifying import Verdict, verify
from allocopt.store.version import Event, Kind, Version

__all__ = [
    "Action",
    "Event",
    "History",
    "Kind",
    "Move",
    "Record",
    "Saved",
    "State",
    "Store",
    "Verdict",
    "Version",
    "act",
    "approve",
    "file_of",
    "history_of",
    "lasting_folder",
    "list_versions",
    "load_version",
    "make_move",
    "open_store",
    "publish",
    "record_of",
    "refusals",
    "restore_version",
    "save_as",
    "save_version",
    "sign_off",
    "tell_action",
    "verify",
]
