# From a tenant in which nobody may do anything with data to a finished import, under a principal of its own that holds no more than it needs.
# No portal, no az, no account key: both accounts can have theirs switched off from the start.
#
# Here it runs against the Sandbox. Against real clouds delete the block of defaults, sign in to AWS and Azure as you always do, and leave the
# administrator's splat out where that is you.
param($Sandbox, $Module)

Import-Module $Module

$PSDefaultParameterValues['*:AuthorityHost'] = $Sandbox.AuthorityHost
$PSDefaultParameterValues['*:ResourceManagerEndpoint'] = $Sandbox.ResourceManagerEndpoint
$PSDefaultParameterValues['*:GraphEndpoint'] = $Sandbox.GraphEndpoint
$PSDefaultParameterValues['*:BlobEndpoint'] = $Sandbox.BlobEndpoint
$PSDefaultParameterValues['*:EndpointUrl'] = $Sandbox.AwsEndpoint
$PSDefaultParameterValues['*:Region'] = $Sandbox.Region
$PSDefaultParameterValues['*:AccessKey'] = $Sandbox.AccessKey
$PSDefaultParameterValues['*:SecretKey'] = $Sandbox.SecretKey
$PSDefaultParameterValues['*-Cosmos*:AccountEndpoint'] = $Sandbox.CosmosEndpoint
$PSDefaultParameterValues['Test-MigrationAccess:AccountEndpoint'] = $Sandbox.CosmosEndpoint
$PSDefaultParameterValues['Import-CosmosItems:ConnectionMode'] = 'Gateway'
$PSDefaultParameterValues['Export-DynamoTable:PollInterval'] = [timespan]'00:00:00.2'

$administrator = @{ TenantId = $Sandbox.TenantId; ClientId = $Sandbox.AdministratorId; ClientSecret = $Sandbox.AdministratorSecret }
$lake = @{ StorageAccountName = 'mylake'; FileSystem = 's3datacopy' }
$container = @{ AccountName = 'mycosmos'; DatabaseName = 'shop'; ContainerName = 'orders' }

'1. What AWS has to allow: attach this policy to whoever exports and copies.'
Get-MigrationAwsPolicy -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery

'2. A principal for the migration.'
$principal = New-MigrationServicePrincipal 'dynamo migration' @administrator
$principal

'3. Its roles, and no others.'
$principal | Grant-MigrationAccess @lake @container @administrator

'4. From here on everything is done as that principal. New roles take some minutes: wait until all of them are in force.'
$me = @{ TenantId = $principal.TenantId; ClientId = $principal.ApplicationId; ClientSecret = $principal.ClientSecret }
$permissions = Test-MigrationAccess -TableName Orders -S3Bucket my-exports @lake @container @me -WaitSeconds 300
$permissions
if ($permissions.State -contains 'Missing') { throw 'Something is missing: see above for the command that grants it.' }

'5. The migration.'
$result = Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery |
    Copy-S3ToAdls @lake @me |
    New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders @me |
    Import-CosmosItems @me
$result
