"""The posts of an office mapped to the posts of its packs: `posts` in office.yaml.

posts:
  科长: section_head                      # the office's own word for a post of a pack
  section_chief: [section_head, staff]    # a post of one pack whose holders hold these of another too
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from storage.pack_form import Form, suggestion


def read_posts(head: Form, known: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """What each post or word of the office stands for besides itself; every target is a post of a pack, once."""
    form = head.form("posts", "posts")
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    for word in form.items if form is not None else ():
        if form is None:
            break
        found[word] = form.texts(word, required=True)
        for post in found[word]:
            if post not in known:
                form.wrong(form.items[word], f"posts：没有岗位「{post}」", suggestion(post, sorted(known)))
            elif post in taken:
                said = f"posts：岗位 {post} 对应了两次（{taken[post]}、{word}）"
                form.wrong(form.items[word], said, "只留一处；两种人都要有的，在人员名册里各写这个岗位")
            elif post == word:
                form.wrong(form.items[word], f"posts：岗位 {post} 对应到自己", "删去这一行")
            taken.setdefault(post, word)
    return MappingProxyType(found)
