"""Texts of the role assistant: problems, the steps of a plan, what is to be copied."""

from app.domain.problem import Code
from app.words.say import Say, Sayings

ASSISTANT: dict[Code, Sayings] = {
    Code.ROLE_DIFFERS: (
        Say("There is another “{role}” already", "{reason} Nothing was changed.", "Choose another name."),
    ),
    Code.ROLE_POWERFUL: (
        Say(
            "{policy} allows nearly everything in the account",
            "Whoever gets this role's session has all of that.",
            "Prefer a policy with what the role needs.",
        ),
    ),
    Code.ROLE_HAS_MORE: (
        Say("{role} has more policies than this plan names", "They stay: {policies}.", "Nothing to do."),
    ),
    Code.ROLE_CALLER_MISSING: (
        Say(
            "A session of the identity's account is missing",
            "The policy is given to the identity with a session of its own account.",
            "Name a profile of that account: --grant-with PROFILE",
        ),
    ),
    Code.ROLE_ACCOUNT: (
        Say(
            "The session belongs to account {account}",
            "Account {expected} is needed here.",
            "Choose a profile of account {expected}.",
        ),
    ),
    Code.ROLE_UNKNOWN: (
        Say("There is no role “{role}”", "Account {account} has none of this name.", "Check the name and the account."),
    ),
    Code.TRUST_WIDE: (
        Say("The role would trust more than it has to", "{reason}", "Pin it, or allow it in so many words: --wide"),
    ),
    Code.TRUST_NEVER: (Say("Nobody can meet the condition", "{reason}", "Leave the condition out."),),
    Code.TRUST_LONG: (
        Say(
            "The trust policy has {length} characters",
            "IAM takes {maximum}, unless the account's quota was raised.",
            "Shorten the policy if AWS refuses it.",
        ),
    ),
    Code.PARTITION_DIFFERS: (
        Say(
            "{key} is in the partition {partition}",
            "The account is in {expected}. Nothing crosses partitions.",
            "Use an ARN that begins with arn:{expected}:",
        ),
    ),
    Code.INSTANCE_GONE: (
        Say("There is no instance {instance}", "Region {region} has none of this id.", "Check id and region."),
    ),
    Code.INSTANCE_STATE: (
        Say(
            "Instance {instance} is {state}",
            "A running or stopped one can be given a role.",
            "Wait until it is running or stopped, or choose another.",
        ),
    ),
    Code.INSTANCE_TAKEN: (
        Say(
            "Instance {instance} has the instance profile {profile}",
            "An instance has one. Nothing was changed.",
            "Allow it to be replaced: --replace",
        ),
    ),
    Code.INSTANCE_LOSES: (
        Say(
            "Instance {instance} loses the instance profile {profile}",
            "Programs on it have the new role's permissions from then on.",
            "Make sure that nothing on it needs the old one.",
        ),
    ),
    Code.ROLE_RECORD_NONE: (
        Say(
            "Nothing was made as “{record}”",
            "It was taken back, or never made.",
            "Run: rolecall role list",
            when="record",
        ),
        Say("Nothing that was made is left to take back", "Or it was made elsewhere.", "Nothing to do."),
    ),
    Code.POLICY_ABSENT: (
        Say(
            "There is no policy {policy}",
            "Neither AWS nor the account has it. Nothing was changed.",
            "Look for its name: rolecall role policies PART-OF-NAME --with PROFILE",
        ),
    ),
    Code.SESSION_WITHOUT_IAM: (
        Say(
            "The session of {profile} cannot call IAM",
            "AWS refuses IAM to sessions of GetSessionToken that were got without MFA.",
            "Use a profile with a role, or have {profile} ask for a code (MFA, in the catalog mfa = true); "
            "its source needs an MFA device.",
        ),
    ),
    Code.SESSION_WITHOUT_STS: (
        Say(
            "The session of {profile} cannot sign in to the console",
            "It is one of GetSessionToken: of STS it may call AssumeRole and GetCallerIdentity alone.",
            "Give {profile} a role for the rest.",
        ),
    ),
    Code.POLICY_FINDING: (Say("{policy}: {kind}", "Access Analyzer says: {finding}", "Look at the policy again."),),
    Code.POLICY_UNCHECKED: (
        Say("The policies were not checked by Access Analyzer", "{reason}", "Nothing to do: IAM checks the form."),
    ),
}

ASSISTANT_RULES: dict[str, str] = {
    "iam-name": "Allowed: letters A to Z, digits and _ + = , . @ -",
    "iam-path": "A path begins and ends with / and has printable ASCII characters between.",
    "iam-description": "A description has characters of Latin-1 only.",
    "tag-aws": "Keys that begin with aws: are AWS's own.",
    "policy-account": "It must be a policy of AWS, or of the role's own account.",
    "instance-id": "An instance ID looks like: i-0abcdef1234567890",
    "thumbprint": "A thumbprint has 40 hexadecimal digits.",
    "principal": "Give an account ID, or the ARN of an IAM user or role. It has no wildcard.",
    "principal-session": "It is the ARN of a session. Give that of the role: arn:aws:iam::ACCOUNT:role/NAME",
    "issuer": "An issuer begins with https:// and has no port, query or fragment.",
    "audience": "An audience has 1 to 255 characters and no wildcard.",
    "repository": "It looks like: owner/name",
    "eks-cluster": "A cluster's name has letters, digits, _ and -; its ARN looks like: "
    "arn:aws:eks:REGION:ACCOUNT:cluster/NAME",
    "console-place": "It is a service as s3, a place as ec2/home#Instances:, or an address of this console.",
    "kubernetes-name": "Allowed: small letters, digits, - and .",
}

ASSISTANT_REASONS: dict[str, str] = {
    "role-trust": "It trusts somebody else, or under other conditions.",
    "role-path": "It stands under another path.",
    "role-duration": "Its maximum session duration is another.",
    "role-boundary": "Its permissions boundary is another.",
    "role-inline": "It has a policy of the same name that says something else.",
    "policy-document": "The policy of that name says something else.",
    "instance-profile-role": "The instance profile of that name holds another role.",
    "no-external-id": "Another account is trusted without an external ID.",
    "whole-account": "Every identity of the account may assume it, as far as that account's own policies allow.",
    "any-subject": "No subject is pinned: every token of the provider for this audience would do.",
    "some-subjects": "A subject with * or ? fits more than one.",
    "pods-open": "Cluster, namespace and service account are not all pinned.",
    "mfa-of-role": "A role's session carries no MFA, so the role could never be assumed.",
    "grant-account": "A whole account cannot be given a policy. Name a user or a role.",
    "console-no-visit": "It did not ask for the page within a minute.",
    "console-no-browser": "There is no such program here, or no screen.",
    "analyzer-denied": "The session may not call it.",
    "analyzer-unreachable": "It did not answer.",
}

# what a step does, by the operation of its call
STEPS: dict[str, str] = {
    "CreateRole": "Make the role {about}",
    "CreatePolicy": "Make the policy {about}",
    "AttachRolePolicy": "Attach the policy {about}",
    "PutRolePolicy": "Write the inline policy {about}",
    "PutUserPolicy": "Let the user {about} assume the role",
    "CreateInstanceProfile": "Make the instance profile {about}",
    "AddRoleToInstanceProfile": "Put the role into the instance profile {about}",
    "AssociateIamInstanceProfile": "Give the instance profile to {about}",
    "ReplaceIamInstanceProfileAssociation": "Replace the instance profile of {about}",
    "CreateOpenIDConnectProvider": "Make the identity provider {about}",
    "AddClientIDToOpenIDConnectProvider": "Add the audience {about} to the identity provider",
}

OUTPUTS: dict[str, str] = {
    "instance-profile": "Instance profile",
    "task-definition": "Into the task definition",
    "run-task": "Or for one run: aws ecs run-task …",
    "pod-identity": "To give the role to the pods",
    "caller-policy": "Policy that the identity needs to assume the role",
    "external-id": "External ID",
    "github-workflow": "Into the workflow",
    "gitlab-job": "Into .gitlab-ci.yml",
}
