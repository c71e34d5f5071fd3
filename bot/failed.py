"""Why a command was not carried out."""


class Failed(Exception):
    """A command cannot be carried out; the sentence is what is wrong and what to do."""


NEWER_DATABASE = "数据库是更新版本的 banshi 建立的：请升级本程序，或用 DATABASE_URL 换一个数据库。"
