"""Says what botocore resolves for each case of its input; see README.md."""
import json
import os
import sys

import botocore.loaders
import botocore.session

# one for all cases: it keeps the services' models
LOADER = botocore.loaders.Loader(
    extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH])

INVISIBLE = {'\r': '{CR}', '\n': '{LF}', '\t': '{TAB}', '\u00a0': '{NBSP}',
             '\ufffd': '{BAD}'}


def value(text):
    return '-' if text is None else text


def describe(credentials):
    if credentials.method == 'custom-process':
        return 'command'
    refresh = getattr(credentials, '_refresh_using', None)
    # a role with an MFA device wraps the method
    refresh = getattr(refresh, '_refresh', refresh)
    fetcher = getattr(refresh, '__self__', None)
    name = type(fetcher).__name__
    if name == 'AssumeRoleCredentialFetcher':
        extra = fetcher._assume_kwargs
        generated = fetcher._using_default_session_name
        session = None if generated else extra.get('RoleSessionName')
        return 'role %s session=%s external=%s mfa=%s seconds=%s from %s' % (
            extra['RoleArn'], value(session), value(extra.get('ExternalId')),
            value(extra.get('SerialNumber')),
            value(extra.get('DurationSeconds')),
            describe(fetcher._source_credentials))
    if name == 'AssumeRoleWithWebIdentityCredentialFetcher':
        extra = fetcher._assume_kwargs
        generated = fetcher._using_default_session_name
        session = None if generated else extra.get('RoleSessionName')
        loader = fetcher._web_identity_token_loader
        path = loader._web_identity_token_path
        return 'web %s %s session=%s' % (
            extra['RoleArn'], path, value(session))
    if name == 'SSOCredentialFetcher':
        return 'sso %s %s %s %s session=%s' % (
            fetcher._start_url, fetcher._sso_region, fetcher._account_id,
            fetcher._role_name, value(fetcher._sso_session_name))
    frozen = credentials.get_frozen_credentials()
    return 'keys %s %s %s' % (frozen.access_key, frozen.secret_key,
                              value(frozen.token))


def resolve(case):
    os.environ.clear()
    os.environ.update(case['environment'])
    session = botocore.session.Session(profile=case['profile'])
    session.register_component('data_loader', LOADER)
    try:
        credentials = session.get_credentials()
        first = 'none' if credentials is None else describe(credentials)
        region = session.get_config_variable('region')
        if credentials is not None:
            # what only a client reads
            session.create_client('gamelift', region_name='us-west-2')
    except Exception as exception:
        return 'error ' + type(exception).__name__ + '\n'
    first = first.replace(case['home'], '{HOME}')
    for character, name in INVISIBLE.items():
        first = first.replace(character, name)
    return '%s\nregion %s\n' % (first, region or '-')


def main():
    json.dump([resolve(case) for case in json.load(sys.stdin)], sys.stdout)


if __name__ == '__main__':
    main()
