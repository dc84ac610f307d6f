# SPDX-License-Identifier: Apache-2.0
"""Stand-in for RT-Thread's scons module `building`.

A SConscript says `from building import *` and finds, beside all of scons, the
functions below, which do what RT-Thread's do. Where RT-Thread accepts less
than scons does (flags are strings, definitions are lists) or breaks a rule of
this project silently (objects beside their sources), this one stops
with a message, so that a script that builds here builds on a real kernel.

PrepareBuilding and DoBuilding are for a target's SConstruct.
"""

import os

import engine_guards
import rtconfig
from SCons.Errors import UserError
from SCons.Script import *

BuildOptions = {}
Projects = []
Rtt_Root = ''
Env = None

_STRINGS = ('CFLAGS', 'CCFLAGS', 'CXXFLAGS', 'ASFLAGS',
            'LOCAL_CFLAGS', 'LOCAL_CCFLAGS', 'LOCAL_CXXFLAGS', 'LOCAL_ASFLAGS')
_LISTS = ('CPPPATH', 'CPPDEFINES', 'LIBS', 'LIBPATH',
          'LOCAL_CPPPATH', 'LOCAL_CPPDEFINES')
_EITHER = ('LINKFLAGS',)
_LOCAL = ('CFLAGS', 'CCFLAGS', 'CXXFLAGS', 'ASFLAGS', 'CPPPATH', 'CPPDEFINES')


def PrepareBuilding(env, root_directory, bsp_directory):
    """Reads bsp_directory/rtconfig.h, which exists by now, and sets up Env."""
    global BuildOptions, Projects, Rtt_Root, Env
    Env = env
    Rtt_Root = os.path.abspath(root_directory)
    BuildOptions = _read_options(os.path.join(bsp_directory, 'rtconfig.h'))
    Projects = []
    Env['RTT_ROOT'] = Rtt_Root
    Env['BSP_ROOT'] = os.path.abspath(bsp_directory)
    Export(RTT_ROOT=Rtt_Root, rtconfig=rtconfig, env=env)


def _read_options(path):
    """Macros of rtconfig.h as scons' own preprocessor would leave them: a bare
    one is '', a decimal number an int, anything else its text."""
    options = {}
    with open(path, encoding='utf-8') as header:
        for line in header:
            words = line.strip().split(None, 2)
            if len(words) < 2 or words[0] != '#define':
                continue
            value = words[2] if len(words) == 3 else ''
            try:
                value = int(value)
            except ValueError:
                pass
            options[words[1]] = value
    return options


def GetConfigValue(name):
    """The value of a macro, '' for a bare or unknown one."""
    assert isinstance(name, str), 'GetConfigValue: only string parameter is valid'
    return BuildOptions.get(name, '')


def GetDepend(depend):
    """Of a name: its value, or whether it is set. Of a list: whether all are."""
    if isinstance(depend, str):
        value = BuildOptions.get(depend, 0)
        return True if value == '' else (False if value == 0 else value)
    return all(BuildOptions.get(item, 0) != 0 for item in depend if item != '')


def AddDepend(option):
    """Sets a macro for the scripts to come."""
    BuildOptions[option] = 1


def GetCurrentDir():
    """Folder of the SConscript that is being read, in the source tree."""
    return os.path.dirname(File('SConscript').rfile().abspath)


def _relative(path):
    if os.path.isabs(path):
        path = os.path.relpath(path, GetCurrentDir())
    return os.path.normpath(path)


def SrcRemove(src, remove):
    """Takes sources out of a list, given by path or by node, in place."""
    if not src:
        return
    removed = [remove] if isinstance(remove, str) else remove
    removed = {_relative(str(item)) for item in removed}
    for item in src[:]:
        path = item if isinstance(item, str) else item.rstr()
        if _relative(path) in removed:
            src.remove(item)


def GlobSubDir(sub_dir, ext_name):
    """Paths below a folder that match a pattern, relative to the folder."""
    import glob
    found = glob.glob(os.path.join(sub_dir, '**', ext_name), recursive=True)
    return [os.path.relpath(path, sub_dir) for path in found]


def _check_parameters(name, parameters):
    for key, value in parameters.items():
        if key in _STRINGS and not isinstance(value, str):
            raise UserError("DefineGroup('%s'): %s must be a string, since "
                            "RT-Thread appends it to one" % (name, key))
        if key in _LISTS and not isinstance(value, list):
            raise UserError("DefineGroup('%s'): %s must be a list, since "
                            "RT-Thread appends it to one" % (name, key))
        if key not in _STRINGS + _LISTS + _EITHER:
            raise UserError("DefineGroup('%s'): RT-Thread knows no parameter "
                            "%s" % (name, key))
        if key.startswith('LOCAL_') and isinstance(value, str) \
                and value and not value.startswith(' '):
            raise UserError("DefineGroup('%s'): %s must begin with a blank, "
                            "since RT-Thread appends it to a string"
                            % (name, key))


def _clean_list(values):
    return [value for value in values if value not in ('', ' ')]


def DefineGroup(name, src, depend, **parameters):
    """Adds sources to the build if all of depend is set.

    CPPPATH, CPPDEFINES, CFLAGS, CCFLAGS, LINKFLAGS, LIBS and LIBPATH hold for
    the whole build, the LOCAL_ ones for this group. Groups of one name become
    one, local parameters included. Returns the sources as nodes.
    """
    if not GetDepend(depend):
        return []
    _check_parameters(name, parameters)

    group = dict(parameters)
    group['name'] = name
    group['path'] = GetCurrentDir()
    if isinstance(src, list):
        group['src'] = File(list(dict.fromkeys(src)))
    else:
        group['src'] = src

    for key in ('CFLAGS', 'CCFLAGS', 'CXXFLAGS', 'ASFLAGS', 'LINKFLAGS'):
        if group.get(key):
            flags = group[key]
            Env.AppendUnique(**{key: Split(flags)})
    for key in ('CPPPATH', 'LOCAL_CPPPATH'):
        if key in group:
            group[key] = [os.path.abspath(str(item))
                          for item in _clean_list(group[key])]
    for key in ('CPPPATH', 'CPPDEFINES', 'LIBS', 'LIBPATH'):
        if group.get(key):
            Env.AppendUnique(**{key: _clean_list(group[key])})

    _add_to_projects(group)
    return group['src']


def _add_to_projects(group):
    for known in Projects:
        if known['name'] == group['name']:
            known['src'] = known['src'] + group['src']
            for key in _STRINGS + _LISTS + _EITHER:
                if key in group:
                    known[key] = known[key] + group[key] if key in known \
                        else group[key]
            return
    Projects.append(group)


def _flatten(items):
    for item in items:
        if isinstance(item, (list, tuple)) or hasattr(item, 'data'):
            yield from _flatten(list(item))
        else:
            yield item


def _overrides(group):
    """Construction variables of a group with LOCAL_ parameters."""
    overrides = {}
    for key in _LOCAL:
        local = group.get('LOCAL_' + key)
        if local:
            local = Split(local) if isinstance(local, str) else _clean_list(local)
            overrides[key] = list(Env.get(key, [])) + local
    return overrides


def BuildObjects(sources):
    """Compiles what the scripts have returned, each source with the flags of
    its group. Every object depends on rtconfig.h, which scons cannot see where
    a macro names the header that includes it."""
    config = File(os.path.join(Env['BSP_ROOT'], 'rtconfig.h'))
    group_of = {source: group for group in Projects for source in group['src']}
    objects = []
    for source in engine_guards.without_empty(dict.fromkeys(_flatten(sources)), Env):
        if str(source).endswith(Env['OBJSUFFIX']):
            built = [source]
        else:
            built = Env.Object(source, **_overrides(group_of.get(source, {})))
        for node in built:
            _check_place(node)
        Depends(built, config)
        objects += built
    return objects


def _check_place(node):
    root = Env['BSP_ROOT'] + os.sep
    if not node.abspath.startswith(root):
        raise UserError('%s would be built outside %s: name sources by a path '
                        'relative to their SConscript' % (node.abspath, root))


def DoBuilding(target, sources):
    """Builds the program from what the scripts have returned."""
    return Env.Program(target, BuildObjects(sources))
