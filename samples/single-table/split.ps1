<#
.SYNOPSIS
    Splits a single-table design over three containers, in one run, and proves it.
.DESCRIPTION
    The mapping beside this script says which items go where. The containers are made with the partition keys that it asks for; the same line again goes on
    where an earlier run ended.
.EXAMPLE
    ./split.ps1 -Location ./AWSDynamoDB/01700000000000-abcdef12 -AccountName mycosmos -DatabaseName shop
#>
param(
    [Parameter(Mandatory)] [string] $Location,
    [Parameter(Mandatory)] [string] $AccountName,
    [Parameter(Mandatory)] [string] $DatabaseName,
    # Items that no route takes are rejected, and fail the comparison beyond this number.
    [long] $AllowRejected,
    [string] $MappingPath = "$PSScriptRoot/mapping.json",
    [switch] $SkipContainers
)

$ErrorActionPreference = 'Stop'
$target = @{ AccountName = $AccountName; DatabaseName = $DatabaseName }

if (-not $SkipContainers) {
    $null = New-CosmosMigrationContainer @target -ContainerName customers -PartitionKeyPath /customerId
    $null = New-CosmosMigrationContainer @target -ContainerName orders -PartitionKeyPath /customerId
    $null = New-CosmosMigrationContainer @target -ContainerName products -PartitionKeyPath /sku
}

$migration = $target + @{ Location = $Location; PartitionKeyAttribute = 'PK:S'; SortKeyAttribute = 'SK:S'; MappingPath = $MappingPath }
Import-CosmosItems @migration
Compare-CosmosMigration @migration -AllowRejected $AllowRejected
